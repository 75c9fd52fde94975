package io.sluice.runtime.time;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import org.jspecify.annotations.Nullable;

/**
 * Ready once a deadline has passed.
 *
 * <p>It enters the runtime's wheel only with its first poll, so a sleep that is never polled costs neither a lock nor a
 * cancel. After it has elapsed it stays ready and may be polled or {@link #reset} again, unlike other futures.
 * Cancel-safe. Owner only, except what the {@link TimeDriver} does to its entry. Follows {@code tokio::time::Sleep}.
 */
public final class Sleep implements Future<Void> {

    private final TimeDriver driver;

    /** On the driver's clock. */
    private long deadlineNanos;

    /** The registration; null until polled, after a cancel, and after a reset that has nobody to wake. */
    private @Nullable TimerEntry entry;

    /** Whom the registration wakes. */
    private @Nullable Waker waker;

    Sleep(TimeDriver driver, long delayNanos) {
        this.driver = driver;
        this.deadlineNanos = driver.deadlineAfter(delayNanos);
        this.entry = delayNanos <= 0 ? TimerEntry.ELAPSED : null;
    }

    private Sleep(long deadlineNanos, TimeDriver driver) {
        this.driver = driver;
        this.deadlineNanos = deadlineNanos;
    }

    static Sleep until(TimeDriver driver, long deadlineNanos) {
        return new Sleep(deadlineNanos, driver);
    }

    /** @throws IllegalStateException if the runtime's timers were shut down before the deadline */
    @Override
    public Poll<Void> poll(Context cx) {
        return pollElapsed(cx) ? Poll.ready() : Poll.pending();
    }

    /**
     * {@link #poll} without a {@link Poll}: whether the deadline has passed; if not, {@code cx} is woken then.
     *
     * @throws IllegalStateException as {@link #poll}
     */
    public boolean pollElapsed(Context cx) {
        if (!cx.proceed() || !pollUnbudgeted(cx)) {
            return false;
        }
        cx.madeProgress();
        return true;
    }

    /** {@link #pollElapsed} for an owner that must notice the deadline even when the task's budget is spent. */
    boolean pollUnbudgeted(Context cx) {
        TimerEntry current = entry;
        if (current == null) {
            current = register(cx.waker());
        } else if (waker != cx.waker() && current.state() == TimerEntry.State.WAITING) {
            waker = cx.waker();
            driver.changeWaker(current, cx.waker());
        }
        return switch (current.state()) {
            case WAITING -> false;
            case FIRED -> true;
            case SHUT_DOWN -> throw new IllegalStateException("the timers of this runtime are shut down");
        };
    }

    /** When it ends, on the driver's clock. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether the deadline has passed, as far as the driver has noticed. */
    public boolean isElapsed() {
        TimerEntry current = entry;
        return current != null && current.state() == TimerEntry.State.FIRED;
    }

    /**
     * Sets another deadline, whether or not the old one has passed. A task that waits goes on waiting and is woken at
     * the new deadline without another poll. Moving a deadline away costs next to nothing.
     */
    public void reset(long newDeadlineNanos) {
        deadlineNanos = newDeadlineNanos;
        TimerEntry current = entry;
        if (current == null) {
            return;
        }
        boolean waiting = current.state() == TimerEntry.State.WAITING;
        if (waiting && driver.extend(current, driver.tickOf(newDeadlineNanos))) {
            return;
        }
        Waker waiter = waiting ? waker : null;
        cancel();
        entry = null;
        if (waiter != null) {
            register(waiter);
        }
    }

    /** {@link #reset(long)} to {@code delayNanos} from now; elapsed at once if that is not positive and nobody waits. */
    public void resetAfter(long delayNanos) {
        resetKnowing(driver.deadlineAfter(delayNanos), delayNanos <= 0);
    }

    /** {@link #reset(long)} by a caller that has just read the clock. */
    void resetKnowing(long newDeadlineNanos, boolean hasPassed) {
        reset(newDeadlineNanos);
        if (hasPassed && entry == null) {
            entry = TimerEntry.ELAPSED;
        }
    }

    @Override
    public void cancel() {
        TimerEntry current = entry;
        waker = null;
        if (current != null && current.state() == TimerEntry.State.WAITING) {
            entry = null;
            driver.cancel(current);
        }
    }

    private TimerEntry register(Waker waiter) {
        TimerEntry created = new TimerEntry(driver.tickOf(deadlineNanos), waiter);
        entry = created;
        waker = waiter;
        driver.register(created);
        return created;
    }
}
