package io.sluice.runtime.pressure;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often something happens: so many permits a second, and a burst of so many after a pause.
 *
 * <p>A token bucket on the runtime's clock that is full at first. First come, first served: while somebody waits,
 * nobody takes permits in passing, and one who wants many holds up those behind it. Only the first in the queue has a
 * timer.
 *
 * <p>A wait ends at a whole millisecond of the runtime's timers; to hold a rate above a thousand a second by single
 * permits, the burst must cover at least a millisecond. Any thread.
 */
public final class RateLimiter {

    /** What looks at the pressure before each decision; called without a lock. */
    @FunctionalInterface
    interface Governor {
        Governor NONE = () -> {};

        void beforeDecision();
    }

    /** One look a day costs nothing, and its deadline cannot overflow however low the rate is. */
    private static final long DAY_NANOS = 86_400_000_000_000L;

    private final TimeDriver time;
    private final int burst;
    private final Governor governor;

    /** The first in the queue sleeps no longer than this before it asks the governor again. */
    private final long maxSleepNanos;

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final TokenBucket bucket;

    /** Guarded by {@link #lock}: those in the queue, its first included. */
    private int waiting;

    /** Guarded by {@link #lock}: the first in the queue, to look again when the rate has changed. */
    private @Nullable Waker first;

    /** Its one permit is the first place in the queue. */
    private final Semaphore turn = new Semaphore(1);

    /**
     * On the clock of {@code handle}'s runtime.
     *
     * @throws IllegalArgumentException unless {@code permitsPerSecond} is positive and finite and {@code burst} is at
     *     least 1
     */
    public RateLimiter(Handle handle, double permitsPerSecond, int burst) {
        this(handle, permitsPerSecond, burst, Governor.NONE, DAY_NANOS);
    }

    RateLimiter(Handle handle, double permitsPerSecond, int burst, Governor governor, long maxSleepNanos) {
        this.time = handle.timeDriver();
        this.burst = requireBurst(burst);
        this.governor = governor;
        this.maxSleepNanos = Math.min(maxSleepNanos, DAY_NANOS);
        this.bucket = new TokenBucket(
                requireRate(permitsPerSecond), burst, time.clock().nanoTime());
    }

    /** {@code permits} if they are there and nobody waits. Never waits. */
    public boolean tryAcquire(int permits) {
        requirePermits(permits);
        governor.beforeDecision();
        lock.lock();
        try {
            return waiting == 0 && bucket.take(permits, nowNanos());
        } finally {
            lock.unlock();
        }
    }

    /**
     * A future that is ready once {@code permits} have come and are taken. It queues with its first poll. A cancel gives
     * up the place in the queue and takes nothing.
     *
     * @throws IllegalArgumentException unless {@code permits} is within 1 and the burst; more would never be there
     */
    public Future<Void> acquire(int permits) {
        return new Acquire(this, requirePermits(permits));
    }

    /** Changes the rate from now on, also for those who wait. */
    public void setRate(double permitsPerSecond) {
        requireRate(permitsPerSecond);
        Waker toLookAgain = null;
        lock.lock();
        try {
            if (permitsPerSecond != bucket.rate()) {
                bucket.setRate(permitsPerSecond, nowNanos());
                toLookAgain = first;
                first = null;
            }
        } finally {
            lock.unlock();
        }
        if (toLookAgain != null) {
            toLookAgain.wake();
        }
    }

    /** Permits per second. */
    public double rate() {
        lock.lock();
        try {
            return bucket.rate();
        } finally {
            lock.unlock();
        }
    }

    /** Permits that are there now. */
    public int available() {
        lock.lock();
        try {
            return bucket.available(nowNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Those who wait now. */
    public int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    static double requireRate(double permitsPerSecond) {
        if (!(permitsPerSecond > 0) || Double.isInfinite(permitsPerSecond)) {
            throw new IllegalArgumentException(
                    "permitsPerSecond is " + permitsPerSecond + "; allowed: more than 0 and finite");
        }
        return permitsPerSecond;
    }

    static int requireBurst(int burst) {
        if (burst < 1) {
            throw new IllegalArgumentException("burst is " + burst + "; allowed: at least 1");
        }
        return burst;
    }

    private int requirePermits(int permits) {
        if (permits < 1 || permits > burst) {
            throw new IllegalArgumentException("permits is " + permits + "; allowed: 1 to the burst of " + burst);
        }
        return permits;
    }

    private long nowNanos() {
        return time.clock().nanoTime();
    }

    /** Takes permits, or counts the caller as one in the queue. */
    private boolean takeOrQueue(int permits) {
        lock.lock();
        try {
            boolean taken = waiting == 0 && bucket.take(permits, nowNanos());
            waiting += taken ? 0 : 1;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes permits for the first in the queue, which has left it then, or returns how long it has to wait. */
    private long takeAsFirst(int permits, Waker waker) {
        lock.lock();
        try {
            long nowNanos = nowNanos();
            boolean taken = bucket.take(permits, nowNanos);
            waiting -= taken ? 1 : 0;
            first = taken ? null : waker;
            return taken ? 0 : Math.min(maxSleepNanos, Math.max(1, bucket.nanosUntil(permits, nowNanos)));
        } finally {
            lock.unlock();
        }
    }

    private void leave(boolean wasFirst) {
        lock.lock();
        try {
            waiting--;
            first = wasFirst ? null : first;
        } finally {
            lock.unlock();
        }
    }

    private static final class Acquire implements Future<Void> {

        private enum Phase {
            NEW,
            QUEUED,
            FIRST,
            DONE
        }

        private final RateLimiter limiter;
        private final int permits;

        /** Owner only, as all that follows. */
        private Phase phase = Phase.NEW;

        private Semaphore.@Nullable Acquire queued;
        private @Nullable Permit turn;
        private @Nullable Sleep sleep;

        Acquire(RateLimiter limiter, int permits) {
            this.limiter = limiter;
            this.permits = permits;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            while (true) {
                switch (phase) {
                    case NEW -> {
                        limiter.governor.beforeDecision();
                        if (limiter.takeOrQueue(permits)) {
                            return ready(cx);
                        }
                        queued = limiter.turn.acquire();
                        phase = Phase.QUEUED;
                    }
                    case QUEUED -> {
                        if (!pollTurn(cx)) {
                            return Poll.pending();
                        }
                        phase = Phase.FIRST;
                    }
                    case FIRST -> {
                        limiter.governor.beforeDecision();
                        long waitNanos = limiter.takeAsFirst(permits, cx.waker());
                        if (waitNanos == 0) {
                            endTurn();
                            return ready(cx);
                        }
                        if (!pollSleep(cx, waitNanos)) {
                            return Poll.pending();
                        }
                    }
                    case DONE -> throw new IllegalStateException("polled after it was ready or cancelled");
                }
            }
        }

        private Poll<Void> ready(Context cx) {
            phase = Phase.DONE;
            cx.madeProgress();
            return Poll.ready();
        }

        private boolean pollTurn(Context cx) {
            try {
                Poll<Permit> polled = requireNonNull(queued, "queued").poll(cx);
                turn = polled.isReady() ? polled.get() : null;
                return turn != null;
            } catch (ClosedException e) {
                throw new IllegalStateException("the semaphore of a limiter was closed", e);
            }
        }

        private boolean pollSleep(Context cx, long waitNanos) {
            long deadlineNanos = limiter.nowNanos() + waitNanos;
            if (sleep == null) {
                sleep = limiter.time.sleepUntil(deadlineNanos);
            } else {
                sleep.reset(deadlineNanos);
            }
            return sleep.pollElapsed(cx);
        }

        /** Lets the next in the queue be the first. */
        private void endTurn() {
            if (sleep != null) {
                sleep.cancel();
            }
            if (turn != null) {
                turn.close();
            }
        }

        @Override
        public void cancel() {
            Phase before = phase;
            phase = Phase.DONE;
            if (before == Phase.QUEUED || before == Phase.FIRST) {
                limiter.leave(before == Phase.FIRST);
                if (queued != null) {
                    queued.cancel();
                }
                endTurn();
            }
        }
    }
}
