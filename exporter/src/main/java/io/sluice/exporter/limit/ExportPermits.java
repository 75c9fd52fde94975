package io.sluice.exporter.limit;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The right to have one export in flight: a number of permits behind a {@link DestinationGate}, fewer while exports run
 * into their time limit.
 *
 * <p>New batches wait for the gate and then for a permit. Batches that are tried again wait for a permit only. Permits
 * are handed out first come, first served, and the batch loop asks for one at a time, so that any number of retries
 * whose wait is over comes before the next new batch but one.
 */
public final class ExportPermits {

    private final LearnedPermits permits;
    private final DestinationGate gate;
    private final TimeDriver timers;

    public ExportPermits(int permits, DestinationGate gate, TimeDriver timers) {
        this.gate = requireNonNull(gate, "gate");
        this.timers = requireNonNull(timers, "timers");
        this.permits = new LearnedPermits(permits, timers.clock());
    }

    /** A permit for a new batch. One such future at a time. */
    public Future<Permit> forNewBatch() {
        return new Gated();
    }

    /** A permit for a batch whose backoff is over. */
    public Future<Permit> forRetry() {
        return permits.acquire();
    }

    /** Gives back a permit. One that is closed instead comes back as well, but may be handed out at once. */
    public void release(Permit permit) {
        permits.release(permit);
    }

    /**
     * Takes {@code permit} back from an export that is about to make an attempt, if fewer should run at once; it then
     * asks for one {@link #forRetry}. It goes on holding its bytes, which the withheld permit stands for.
     */
    public boolean reclaim(Permit permit) {
        return permits.reclaim(permit);
    }

    /** An attempt that began at {@code begunNanos} ran into its time limit: half as many may run at once. */
    public void timedOut(long begunNanos) {
        permits.timedOut(begunNanos);
    }

    /** An attempt was answered, whatever was said of its batch. */
    public void answered() {
        permits.answered();
    }

    /** How many may be in use at once now; at most what was set. */
    public int atOnce() {
        return permits.atOnce();
    }

    /** Permits that nobody holds, for leak checks and metrics. */
    public int available() {
        return permits.available();
    }

    /** First the gate, then a permit, and back to the gate if it was closed while the permit was waited for. */
    private final class Gated implements Future<Permit> {

        /** Owner only: the wait at the gate; kept over several waits. */
        private @Nullable Sleep pause;

        /** Owner only: the wait for a permit. */
        private @Nullable Future<Permit> acquire;

        @Override
        public Poll<Permit> poll(Context cx) throws Exception {
            for (; ; ) {
                if (acquire == null) {
                    if (!pollGate(cx)) {
                        return Poll.pending();
                    }
                    acquire = permits.acquire();
                }
                Poll<Permit> polled = acquire.poll(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                acquire = null;
                if (gate.tryPass()) {
                    cancel();
                    return polled;
                }
                permits.release(polled.get());
            }
        }

        /** Whether the gate lets new batches pass; if not, the task is woken when that may have changed. */
        private boolean pollGate(Context cx) {
            long waitNanos = gate.pollWaitNanos(cx.waker());
            while (waitNanos > 0) {
                Sleep sleep = pause == null ? timers.sleep(Duration.ofNanos(waitNanos)) : pause;
                if (pause != null) {
                    sleep.resetAfter(waitNanos);
                }
                pause = sleep;
                if (!sleep.pollElapsed(cx)) {
                    return false;
                }
                waitNanos = gate.pollWaitNanos(cx.waker());
            }
            return true;
        }

        @Override
        public void cancel() {
            if (acquire != null) {
                acquire.cancel();
                acquire = null;
            }
            if (pause != null) {
                pause.cancel();
                pause = null;
            }
            gate.forgetWaiter();
        }
    }
}
