package io.sluice.runtime.time;

import io.sluice.runtime.Waker;
import org.jspecify.annotations.Nullable;

/**
 * What the wheel knows of a timer: when it is due, whom to wake, and where it lies.
 *
 * <p>It may be inserted again once it has ended or was cancelled. A {@link Sleep} is one itself, so that a timer is a
 * single object: what a million of them cost is mostly that the collector has to copy them.
 */
class TimerEntry {

    /** What has become of the registration. */
    enum State {
        /** There is none, or it was cancelled. */
        IDLE,
        WAITING,
        FIRED,
        /** The driver was shut down first. */
        SHUT_DOWN
    }

    /**
     * While it waits only ever raised, so that the entry can stay where it is until its slot comes up. Guarded by the
     * driver's lock while it waits; the owner's otherwise.
     */
    long deadlineTick;

    /** The slot that holds this entry; null while none does. Guarded by the driver's lock. */
    @Nullable
    TimerSlot slot;

    /** Where in {@link #slot}. Guarded by the driver's lock. */
    int place;

    /** Written under the driver's lock while it waits, by the owner otherwise; the owner may read it at any time. */
    private @Nullable Waker waker;

    /** Written under the driver's lock while it waits, by the owner otherwise. */
    private volatile State state;

    TimerEntry(State state) {
        this.state = state;
    }

    /** One that is about to be inserted. */
    TimerEntry(long deadlineTick, Waker waker) {
        this.deadlineTick = deadlineTick;
        this.waker = waker;
        this.state = State.WAITING;
    }

    final State state() {
        return state;
    }

    /** For an entry that is in no slot: what will be inserted next. */
    final void prepare(long tick, Waker waiter) {
        deadlineTick = tick;
        waker = waiter;
        state = State.WAITING;
    }

    /** For an entry that is in no slot: what its owner knows of it. */
    final void settle(State known) {
        state = known;
    }

    final boolean wakes(Waker other) {
        return waker == other;
    }

    final void setWaker(Waker waker) {
        this.waker = waker;
    }

    /** Ends the registration; the caller wakes the result once it has left the lock. */
    final @Nullable Waker end(State how) {
        Waker woken = waker;
        waker = null;
        slot = null;
        state = how;
        return woken;
    }
}
