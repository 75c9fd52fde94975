package io.sluice.runtime.pressure;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a limited number of futures at once; the others wait, first come, first served.
 *
 * <p>A future is not even made before it has its place, and keeps it until it is ready, has failed or is cancelled.
 * With a limit of those who wait, whoever comes beyond it is refused by a {@link GateFullException}.
 *
 * <p>Nothing is spawned: the future runs as part of the one that {@link #execute} returned. Any thread. Follows
 * {@code tower::limit::ConcurrencyLimit}, with {@code tower::load_shed} where waiting is limited.
 */
public final class ConcurrencyGate {

    private final GateLimits limits;
    private final Semaphore places;

    /** Any thread: those who wait; never above the limit. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** Any thread. */
    private final AtomicLong refused = new AtomicLong();

    /** Lets {@code running} run at once and any number wait. */
    public ConcurrencyGate(int running) {
        this(new GateLimits(running, Integer.MAX_VALUE));
    }

    public ConcurrencyGate(GateLimits limits) {
        this.limits = requireNonNull(limits, "limits");
        this.places = new Semaphore(limits.running());
    }

    /**
     * A future of what {@code work} makes, which is asked for it once there is a place. It queues with its first poll;
     * fails as the work does, or with {@link GateFullException}. A cancel gives up the place in the queue, or the work.
     */
    public <T> Future<T> execute(Supplier<? extends Future<T>> work) {
        return new Gated<>(this, requireNonNull(work, "work"));
    }

    public GateLimits limits() {
        return limits;
    }

    /** Those who have a place, or are about to be told so. */
    public int running() {
        return limits.running() - places.availablePermits();
    }

    /** Those who wait for a place. */
    public int waiting() {
        return waiting.get();
    }

    /** How many were refused so far. */
    public long refused() {
        return refused.get();
    }

    private void startWaiting() throws GateFullException {
        int before = waiting.getAndUpdate(now -> now < limits.waiting() ? now + 1 : now);
        if (before >= limits.waiting()) {
            refused.incrementAndGet();
            throw new GateFullException(limits);
        }
    }

    private static final class Gated<T> implements Future<T> {

        private final ConcurrencyGate gate;
        private final Supplier<? extends Future<T>> work;

        /** Owner only: the place in the queue, while it waits; it is counted as waiting as long as this is here. */
        private Semaphore.@Nullable Acquire queued;

        /** Owner only: the place, while it runs. */
        private @Nullable Permit place;

        /** Owner only: what runs. */
        private @Nullable Future<T> running;

        Gated(ConcurrencyGate gate, Supplier<? extends Future<T>> work) {
            this.gate = gate;
            this.work = work;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            if (place == null && !pollPlace(cx)) {
                return Poll.pending();
            }
            return run(cx);
        }

        private boolean pollPlace(Context cx) throws GateFullException {
            if (queued == null) {
                if (!cx.proceed()) {
                    return false;
                }
                place = gate.places.tryAcquire(1);
                if (place != null) {
                    cx.madeProgress();
                    return true;
                }
                gate.startWaiting();
                queued = gate.places.acquire();
            }
            Poll<Permit> polled = pollQueued(queued, cx);
            if (polled.isPending()) {
                return false;
            }
            place = polled.get();
            stopWaiting();
            return true;
        }

        private static Poll<Permit> pollQueued(Semaphore.Acquire queued, Context cx) {
            try {
                return queued.poll(cx);
            } catch (ClosedException e) {
                throw new IllegalStateException("the semaphore of a gate was closed", e);
            }
        }

        private void stopWaiting() {
            queued = null;
            gate.waiting.decrementAndGet();
        }

        private Poll<T> run(Context cx) throws Exception {
            boolean failed = true;
            try {
                if (running == null) {
                    running = requireNonNull(work.get(), "the work's future");
                }
                Poll<T> polled = running.poll(cx);
                failed = false;
                if (polled.isReady()) {
                    running = null;
                    leave();
                }
                return polled;
            } finally {
                if (failed) {
                    cancel();
                }
            }
        }

        /** Idempotent. */
        private void leave() {
            if (place != null) {
                place.close();
            }
        }

        @Override
        public void cancel() {
            if (queued != null) {
                queued.cancel();
                stopWaiting();
            }
            Future<T> begun = running;
            running = null;
            if (begun != null) {
                begun.cancel();
            }
            leave();
        }
    }
}
