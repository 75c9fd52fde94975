package io.sluice.runtime.pressure;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.MutexGuard;
import org.jspecify.annotations.Nullable;

/**
 * One worker of a {@link TaskPool}: waits for its turn to receive, receives a job, lets the next worker receive, runs
 * the job, and begins again, until the queue has ended. Owner only.
 */
final class PoolWorker implements Future<Void> {

    private final TaskPool pool;

    // At most one of the three at a time.
    private @Nullable Future<MutexGuard<Mpsc.Receiver<Future<?>>>> locking;
    private @Nullable MutexGuard<Mpsc.Receiver<Future<?>>> receiving;
    private @Nullable Future<?> job;

    private boolean ended;

    PoolWorker(TaskPool pool) {
        this.pool = pool;
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        while (!ended) {
            boolean goesOn;
            if (job != null) {
                goesOn = run(cx, job);
            } else if (receiving != null) {
                goesOn = receive(cx, receiving);
            } else {
                goesOn = lock(cx);
            }
            if (!goesOn) {
                return Poll.pending();
            }
        }
        return Poll.ready();
    }

    private boolean lock(Context cx) throws Exception {
        if (locking == null) {
            locking = pool.lockReceiver();
        }
        Poll<MutexGuard<Mpsc.Receiver<Future<?>>>> polled = locking.poll(cx);
        if (polled.isPending()) {
            return false;
        }
        locking = null;
        receiving = polled.get();
        return true;
    }

    private boolean receive(Context cx, MutexGuard<Mpsc.Receiver<Future<?>>> guard) {
        Poll<Future<?>> polled = guard.get().pollRecv(cx);
        if (polled.isPending()) {
            return false;
        }
        receiving = null;
        guard.close();
        job = polled.get();
        if (job == null) {
            end();
        } else {
            pool.jobBegins();
        }
        return true;
    }

    private boolean run(Context cx, Future<?> current) {
        try {
            if (current.poll(cx).isPending()) {
                return false;
            }
            job = null;
            pool.jobEnded();
        } catch (Throwable failure) {
            job = null;
            pool.jobFailed(current, failure);
        }
        return true;
    }

    private void end() {
        if (!ended) {
            ended = true;
            pool.workerEnded();
        }
    }

    @Override
    public void cancel() {
        Future<?> current = job;
        job = null;
        if (current != null) {
            pool.jobInterrupted(current);
        }
        if (locking != null) {
            locking.cancel();
            locking = null;
        }
        if (receiving != null) {
            receiving.close();
            receiving = null;
        }
        end();
    }
}
