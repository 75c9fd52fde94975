package io.sluice.runtime.pressure;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Mutex;
import io.sluice.runtime.sync.MutexGuard;
import io.sluice.runtime.sync.TaskTracker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of tasks that run jobs from a bounded queue.
 *
 * <p>A job is a future that nobody has polled yet. Once accepted it belongs to the pool, which runs jobs in the order in
 * which they were accepted, each on whichever worker is free, and cancels those that it does not run. When the queue is
 * full, {@link #trySubmit} says so and {@link #submit} waits, first come, first served. A job that fails is reported to
 * the runtime's uncaught hook under the pool's name, and its worker goes on with the next.
 *
 * <p>After a {@link #close} nothing is accepted; what was accepted still runs. {@link #drain} closes and tells what
 * became of every job. When the runtime ends, jobs that run and jobs that wait are cancelled.
 *
 * <p><b>How.</b> The queue is an {@link Mpsc} whose receiving end is in a {@link Mutex}: an idle worker waits for the
 * next job while it holds the lock, the other idle ones wait for the lock. When no worker is left, whoever takes the
 * lock is the receiver: a drain, the last worker, or one whose job was accepted while the last worker left.
 *
 * <p>Any thread.
 */
public final class TaskPool {

    /** What became of a job. */
    public enum Submitted {
        ACCEPTED,
        /** No room; the job stays the caller's. */
        FULL,
        /** The pool is closed; the job stays the caller's. */
        CLOSED
    }

    private final Handle handle;
    private final TaskPoolSettings settings;
    private final Mpsc.Sender<Future<?>> jobs;

    /** For the close and for hints; jobs are received through {@link #receiver}. */
    private final Mpsc.Receiver<Future<?>> queue;

    private final Mutex<Mpsc.Receiver<Future<?>>> receiver;
    private final TaskTracker workers = new TaskTracker();

    /** Written by {@link #start} only. */
    private final List<JoinHandle<Void>> workerTasks = new ArrayList<>();

    /** Any thread: workers that have not ended. Nobody but a drain receives in order once it is 0. */
    private final AtomicInteger alive;

    // Any thread.
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong ran = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong interrupted = new AtomicLong();
    private final AtomicLong notRun = new AtomicLong();

    private TaskPool(Handle handle, TaskPoolSettings settings) {
        this.handle = requireNonNull(handle, "handle");
        this.settings = requireNonNull(settings, "settings");
        Mpsc.Channel<Future<?>> channel = Mpsc.bounded(settings.queueCapacity());
        this.jobs = channel.sender();
        this.queue = channel.receiver();
        this.receiver = new Mutex<>(queue);
        this.alive = new AtomicInteger(settings.workers());
    }

    /** A pool whose workers are tasks of {@code handle}'s runtime. */
    public static TaskPool start(Handle handle, TaskPoolSettings settings) {
        TaskPool pool = new TaskPool(handle, settings);
        for (int i = 1; i <= settings.workers(); i++) {
            TaskOptions options = TaskOptions.named(settings.name() + "-" + i);
            pool.workerTasks.add(pool.workers.spawn(handle, options, new PoolWorker(pool)));
        }
        pool.workers.close();
        return pool;
    }

    /**
     * A future that is ready once {@code job} is accepted; {@link ClosedException} if the pool is closed first. It owns
     * the job until then: its cancel, and its failure, cancel the job.
     */
    public Future<Void> submit(Future<?> job) {
        return new Submit(this, requireNonNull(job, "job"));
    }

    /** Accepts {@code job} if there is room. Never waits. */
    public Submitted trySubmit(Future<?> job) {
        Submitted result = switch (jobs.trySend(requireNonNull(job, "job"))) {
            case SENT -> Submitted.ACCEPTED;
            case FULL -> Submitted.FULL;
            case CLOSED -> Submitted.CLOSED;
        };
        discardIfNobodyIsLeft();
        return result;
    }

    /** Accepts nothing more; what was accepted still runs. Idempotent. */
    public void close() {
        queue.close();
    }

    /**
     * Closes with its first poll and waits until everything that was accepted has run, but no longer than {@code limit}:
     * then jobs that run are cancelled at their next pause, and those that wait as well. May be asked for more than once.
     */
    public Future<Drained> drain(Duration limit) {
        return new Drain(this, requireNonNull(limit, "limit"));
    }

    public TaskPoolSettings settings() {
        return settings;
    }

    /** Jobs that wait now, as a hint. */
    public int queued() {
        return queue.len();
    }

    /** Jobs that run now. */
    public int running() {
        return running.get();
    }

    // ---- for the workers --------------------------------------------------------------------------------------

    Future<MutexGuard<Mpsc.Receiver<Future<?>>>> lockReceiver() {
        return receiver.lock();
    }

    void jobBegins() {
        running.incrementAndGet();
    }

    void jobEnded() {
        running.decrementAndGet();
        ran.incrementAndGet();
    }

    void jobFailed(Future<?> job, Throwable failure) {
        running.decrementAndGet();
        failed.incrementAndGet();
        release(job);
        report(failure);
    }

    void jobInterrupted(Future<?> job) {
        running.decrementAndGet();
        interrupted.incrementAndGet();
        release(job);
    }

    void workerEnded() {
        if (alive.decrementAndGet() == 0) {
            queue.close();
            discardIfNobodyIsLeft();
        }
    }

    // ---- jobs that nobody will run ----------------------------------------------------------------------------

    /**
     * Cancels what is in the queue if no worker is left. Who finds the lock taken leaves that to the one who has it, and
     * who has had it looks again, so that a job that came in between is seen by one of the two.
     */
    private void discardIfNobodyIsLeft() {
        while (alive.get() == 0 && queue.len() > 0) {
            MutexGuard<Mpsc.Receiver<Future<?>>> guard = receiver.tryLock();
            if (guard == null) {
                return;
            }
            try (guard) {
                for (Future<?> job = guard.get().tryRecv();
                        job != null;
                        job = guard.get().tryRecv()) {
                    discard(job);
                }
            }
        }
    }

    private void discard(Future<?> job) {
        notRun.incrementAndGet();
        release(job);
    }

    /** A cancel must not throw; one that does is reported like a failure of the job. */
    private void release(Future<?> job) {
        try {
            job.cancel();
        } catch (Throwable bug) {
            report(bug);
        }
    }

    /** By a task that fails with it and that nobody joins: the one way to the runtime's uncaught hook. */
    private void report(Throwable failure) {
        handle.spawn(TaskOptions.named(settings.name()), new Failed(failure)).detach();
    }

    private record Failed(Throwable failure) implements Future<Void> {
        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            if (failure instanceof Error error) {
                throw error;
            }
            throw failure instanceof Exception exception ? exception : new IllegalStateException(failure);
        }
    }

    private static final class Submit implements Future<Void> {

        private final TaskPool pool;
        private final Future<Mpsc.Slot<Future<?>>> reserve;

        /** Owner only: null once the pool has it. */
        private @Nullable Future<?> job;

        Submit(TaskPool pool, Future<?> job) {
            this.pool = pool;
            this.reserve = pool.jobs.reserve();
            this.job = job;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            Poll<Mpsc.Slot<Future<?>>> polled = reserve.poll(cx);
            if (polled.isPending()) {
                return Poll.pending();
            }
            Future<?> accepted = requireNonNull(job, "job");
            job = null;
            polled.get().send(accepted);
            pool.discardIfNobodyIsLeft();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            reserve.cancel();
            Future<?> mine = job;
            job = null;
            if (mine != null) {
                mine.cancel();
            }
        }
    }

    private static final class Drain implements Future<Drained> {

        private final TaskPool pool;
        private final Future<Void> workersEnd;
        private final Duration limit;

        /** Owner only, as all that follows. */
        private @Nullable Future<Void> limitSleep;

        private boolean limitPassed;

        private @Nullable Future<MutexGuard<Mpsc.Receiver<Future<?>>>> locking;
        private @Nullable MutexGuard<Mpsc.Receiver<Future<?>>> rest;

        Drain(TaskPool pool, Duration limit) {
            this.pool = pool;
            this.workersEnd = pool.workers.await();
            this.limit = limit;
        }

        @Override
        public Poll<Drained> poll(Context cx) throws Exception {
            pool.close();
            if (locking == null && rest == null && !pollWorkersEnd(cx)) {
                return Poll.pending();
            }
            return pollRest(cx) ? Poll.ready(pool.counts()) : Poll.pending();
        }

        private boolean pollWorkersEnd(Context cx) throws Exception {
            if (workersEnd.poll(cx).isReady()) {
                cancelSleep();
                locking = pool.receiver.lock();
                return true;
            }
            if (limitSleep == null) {
                limitSleep = pool.handle.sleep(limit);
            }
            if (!limitPassed && limitSleep.poll(cx).isReady()) {
                limitPassed = true;
                pool.workerTasks.forEach(JoinHandle::abort);
            }
            return false;
        }

        private void cancelSleep() {
            if (limitSleep != null) {
                limitSleep.cancel();
            }
        }

        /** Cancels what is left, and what comes by senders that were let in before the close. */
        private boolean pollRest(Context cx) throws Exception {
            if (rest == null) {
                Poll<MutexGuard<Mpsc.Receiver<Future<?>>>> locked =
                        requireNonNull(locking, "locking").poll(cx);
                if (locked.isPending()) {
                    return false;
                }
                locking = null;
                rest = locked.get();
            }
            for (; ; ) {
                Poll<Future<?>> job = rest.get().pollRecv(cx);
                if (job.isPending()) {
                    return false;
                }
                if (job.get() == null) {
                    rest.close();
                    return true;
                }
                pool.discard(job.get());
            }
        }

        @Override
        public void cancel() {
            workersEnd.cancel();
            cancelSleep();
            if (locking != null) {
                locking.cancel();
            }
            if (rest != null) {
                rest.close();
            }
            pool.discardIfNobodyIsLeft();
        }
    }

    private Drained counts() {
        return new Drained(ran.get(), failed.get(), interrupted.get(), notRun.get());
    }
}
