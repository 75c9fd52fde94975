package io.sluice.runtime.time;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.concurrent.TimeUnit;

/**
 * Ticks at once, or at a given moment, and then once a period.
 *
 * <p>The schedule does not drift with the time that its owner takes, until a tick comes more than 5 ms late; then the
 * {@link MissedTick} behaviour decides when the next one is due. Not a future itself, because it goes on: its owner
 * polls it and cancels it in the end. Cancel-safe. Owner only. Follows {@code tokio::time::Interval}.
 */
public final class Interval {

    /** A tick that is this late still counts as punctual; Tokio's figure, above what timer resolution explains. */
    private static final long PUNCTUAL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final TimeDriver driver;
    private final long periodNanos;
    private final MissedTick missed;
    private final Sleep sleep;
    private long tickNanos;

    Interval(TimeDriver driver, long periodNanos, MissedTick missed) {
        this(driver, new Sleep(driver, 0), periodNanos, missed);
    }

    /** The first tick is due at {@code firstNanos}. */
    Interval(TimeDriver driver, long firstNanos, long periodNanos, MissedTick missed) {
        this(driver, Sleep.until(driver, firstNanos), periodNanos, missed);
    }

    private Interval(TimeDriver driver, Sleep first, long periodNanos, MissedTick missed) {
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("period must be positive, but is " + periodNanos + " ns");
        }
        this.driver = driver;
        this.periodNanos = periodNanos;
        this.missed = requireNonNull(missed, "missed");
        this.sleep = first;
        this.tickNanos = sleep.deadlineNanos();
    }

    /**
     * Whether a tick is due; it is taken then, and {@link #tickNanos()} says when it had been scheduled. If not,
     * {@code cx} is woken when it is.
     *
     * @throws IllegalStateException if the runtime's timers were shut down
     */
    public boolean pollTick(Context cx) {
        if (!sleep.pollElapsed(cx)) {
            return false;
        }
        long nowNanos = driver.clock().nanoTime();
        tickNanos = sleep.deadlineNanos();
        schedule(nowNanos - tickNanos > PUNCTUAL_NANOS ? afterMissed(nowNanos) : tickNanos + periodNanos, nowNanos);
        return true;
    }

    /** The next tick as a future of the instant for which it had been scheduled; to be borrowed, not owned, by a select. */
    public Future<Long> tick() {
        return new Tick();
    }

    /** When the tick that was taken last had been scheduled, on the runtime's clock. */
    public long tickNanos() {
        return tickNanos;
    }

    public long periodNanos() {
        return periodNanos;
    }

    /** The next tick is due one period from now. */
    public void reset() {
        resetAfter(periodNanos);
    }

    /** The next tick is due now. */
    public void resetImmediately() {
        resetAfter(0);
    }

    /** The next tick is due {@code delayNanos} from now, those after it at the period's distance. */
    public void resetAfter(long delayNanos) {
        sleep.resetAfter(delayNanos);
    }

    /** The next tick is due at {@code deadlineNanos} on the runtime's clock, those after it at the period's distance. */
    public void resetAt(long deadlineNanos) {
        sleep.resetKnowing(deadlineNanos, deadlineNanos - driver.clock().nanoTime() <= 0);
    }

    /** Leaves the runtime's wheel. The interval may be polled again and then goes on with its schedule. */
    public void cancel() {
        sleep.cancel();
    }

    private long afterMissed(long nowNanos) {
        return switch (missed) {
            case BURST -> tickNanos + periodNanos;
            case DELAY -> nowNanos + periodNanos;
            case SKIP -> nowNanos + periodNanos - (nowNanos - tickNanos) % periodNanos;
        };
    }

    private void schedule(long deadlineNanos, long nowNanos) {
        sleep.resetKnowing(deadlineNanos, deadlineNanos - nowNanos <= 0);
    }

    /** One tick as a future; leaves the interval's registration alone until it is cancelled. */
    private final class Tick implements Future<Long> {

        @Override
        public Poll<Long> poll(Context cx) {
            return pollTick(cx) ? Poll.ready(tickNanos) : Poll.pending();
        }

        @Override
        public void cancel() {
            sleep.cancel();
        }
    }
}
