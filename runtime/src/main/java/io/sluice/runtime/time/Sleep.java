package io.sluice.runtime.time;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;

/**
 * Ready once a deadline has passed.
 *
 * <p>It enters the runtime's wheel only with its first poll, so a sleep that is never polled costs neither a lock nor a
 * cancel. After it has elapsed it stays ready and may be polled or {@link #reset} again, unlike other futures.
 * Cancel-safe. Owner only, except what the {@link TimeDriver} does to its entry. Follows {@code tokio::time::Sleep}.
 */
public final class Sleep extends TimerEntry implements Future<Void> {

    private final TimeDriver driver;

    /** On the driver's clock. */
    private long deadlineNanos;

    Sleep(TimeDriver driver, long delayNanos) {
        super(delayNanos <= 0 ? State.FIRED : State.IDLE);
        this.driver = driver;
        this.deadlineNanos = driver.deadlineAfter(delayNanos);
    }

    private Sleep(long deadlineNanos, TimeDriver driver) {
        super(State.IDLE);
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
        State now = state();
        if (now == State.IDLE) {
            prepare(driver.tickOf(deadlineNanos), cx.waker());
            driver.register(this);
            now = state();
        } else if (now == State.WAITING && !wakes(cx.waker())) {
            driver.changeWaker(this, cx.waker());
            now = state();
        }
        return switch (now) {
            case IDLE, WAITING -> false;
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
        return state() == State.FIRED;
    }

    /**
     * Sets another deadline, whether or not the old one has passed. A task that waits goes on waiting and is woken at
     * the new deadline without another poll. Moving a deadline away costs next to nothing.
     */
    public void reset(long newDeadlineNanos) {
        deadlineNanos = newDeadlineNanos;
        boolean waits = state() == State.WAITING && driver.move(this, driver.tickOf(newDeadlineNanos));
        if (!waits) {
            settle(State.IDLE); // also one that has just fired: whom it woke will poll again
        }
    }

    /** {@link #reset(long)} to {@code delayNanos} from now; elapsed at once if that is not positive and nobody waits. */
    public void resetAfter(long delayNanos) {
        resetKnowing(driver.deadlineAfter(delayNanos), delayNanos <= 0);
    }

    /** {@link #reset(long)} by a caller that has just read the clock. */
    void resetKnowing(long newDeadlineNanos, boolean hasPassed) {
        reset(newDeadlineNanos);
        if (hasPassed && state() == State.IDLE) {
            settle(State.FIRED);
        }
    }

    @Override
    public void cancel() {
        if (state() == State.WAITING) {
            driver.cancel(this);
        }
    }
}
