package io.sluice.exporter.limit;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.retry.RetryPolicy;
import io.sluice.runtime.Waker;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether new batches may be started for a destination.
 *
 * <p>It is open while the destination answers. An attempt that found nobody, or a server that is overloaded, closes it:
 * during an outage new items wait in the inbox, unencoded, instead of being encoded and tried in vain one batch after
 * another. While it is closed one new batch may pass each time the pause is over, to find out; batches that wait for
 * their own retry do not ask here and find out as well. Whoever gets an answer opens it. One batch that the server
 * never takes thus cannot hold up the others, and a server that asks to be left alone is.
 *
 * <p>The pause grows with the failures since the last answer. Failures of attempts that were in flight together count
 * once. A delay that the server itself asked for is kept even if another attempt is answered meanwhile: the OTLP
 * specification wants the client to throttle itself, not one request. Neither outlasts a drain: {@link DrainPace} lets
 * new batches find out more often then, and at its end all of them. Any thread; the one waiter is the batch loop.
 */
public final class DestinationGate {

    private final Clock clock;
    private final RetryPolicy policy;
    private final DrainPace pace;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}: pauses since the last answer. */
    private int failures;

    /** Guarded by {@link #lock}: when the next new batch may pass to find out; meaningful while there are failures. */
    private long nextProbeNanos;

    /** Guarded by {@link #lock}: what the server asked for. */
    private long notBeforeNanos;

    /** Guarded by {@link #lock}. */
    private @Nullable Waker waiter;

    public DestinationGate(Clock clock, RetryPolicy policy, DrainPace pace) {
        this.clock = requireNonNull(clock, "clock");
        this.policy = requireNonNull(policy, "policy");
        this.pace = requireNonNull(pace, "pace");
        this.notBeforeNanos = clock.nanoTime();
    }

    /** The destination answered an attempt, whatever it said of the batch. */
    public void answered() {
        Waker woken;
        lock.lock();
        try {
            failures = 0;
            woken = waiter;
            waiter = null;
        } finally {
            lock.unlock();
        }
        if (woken != null) {
            woken.wake();
        }
    }

    /** An attempt found nobody, or was sent away for {@code serverDelay}. */
    public void failed(Optional<Duration> serverDelay) {
        lock.lock();
        try {
            long nowNanos = clock.nanoTime();
            boolean paused = failures > 0 && nextProbeNanos - nowNanos > 0;
            if (!paused) {
                failures++;
            }
            long pauseNanos = policy.pauseNanos(failures, serverDelay);
            if (!paused) {
                nextProbeNanos = nowNanos + pace.pauseNanos(pauseNanos, nowNanos);
            }
            long untilNanos = nowNanos + pace.askedNanos(pauseNanos, nowNanos);
            if (serverDelay.isPresent() && untilNanos - notBeforeNanos > 0) {
                notBeforeNanos = untilNanos;
            }
        } finally {
            lock.unlock();
        }
    }

    /** A drain has begun: pauses that are under way end early enough for it. */
    public void drainBegan() {
        Waker woken;
        lock.lock();
        try {
            long nowNanos = clock.nanoTime();
            nextProbeNanos = nowNanos + pace.pauseNanos(nextProbeNanos - nowNanos, nowNanos);
            notBeforeNanos = nowNanos + pace.askedNanos(notBeforeNanos - nowNanos, nowNanos);
            woken = waiter;
            waiter = null;
        } finally {
            lock.unlock();
        }
        if (woken != null) {
            woken.wake();
        }
    }

    /**
     * The wait until {@link #tryPass} is worth a call, 0 if it is now. If not, {@code waker} is woken should the gate
     * open earlier.
     */
    long pollWaitNanos(Waker waker) {
        lock.lock();
        try {
            long waitNanos = waitNanos(clock.nanoTime());
            waiter = waitNanos > 0 ? waker : null;
            return waitNanos;
        } finally {
            lock.unlock();
        }
    }

    /** Lets one new batch pass; after a failure, only once a pause. */
    boolean tryPass() {
        lock.lock();
        try {
            long nowNanos = clock.nanoTime();
            if (waitNanos(nowNanos) > 0) {
                return false;
            }
            if (failures > 0) {
                nextProbeNanos = nowNanos + pace.pauseNanos(policy.pauseNanos(failures, Optional.empty()), nowNanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing failed since the last answer. */
    public boolean isOpen() {
        lock.lock();
        try {
            return failures == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Under {@link #lock}. */
    private long waitNanos(long nowNanos) {
        long asked = notBeforeNanos - nowNanos;
        long paused = failures == 0 ? 0 : nextProbeNanos - nowNanos;
        return Math.max(0, Math.max(asked, paused));
    }

    /** The waiter of {@link #pollWaitNanos} waits no more. */
    void forgetWaiter() {
        lock.lock();
        try {
            waiter = null;
        } finally {
            lock.unlock();
        }
    }
}
