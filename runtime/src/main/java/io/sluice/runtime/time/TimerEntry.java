package io.sluice.runtime.time;

import io.sluice.runtime.Waker;
import org.jspecify.annotations.Nullable;

/**
 * One registration of a {@link Sleep}: when it is due and whom to wake.
 *
 * <p>An entry is used for one registration only, because a cancelled entry stays in its slot until the slot is purged.
 */
final class TimerEntry {

    /** What has become of a registration. */
    enum State {
        WAITING,
        FIRED,
        /** The driver was shut down first. */
        SHUT_DOWN
    }

    /** Stands for every sleep whose deadline was known to have passed before it was ever registered. */
    static final TimerEntry ELAPSED = new TimerEntry(0, null);

    static {
        ELAPSED.state = State.FIRED;
    }

    /** Guarded by the driver's lock; only ever raised, so that the entry can stay where it is until its slot comes up. */
    long deadlineTick;

    /** The slot that counts this entry; null while it is in none. Any other slot that still holds it skips it. Guarded by the driver's lock. */
    @Nullable
    TimerSlot slot;

    /** Guarded by the driver's lock. */
    private @Nullable Waker waker;

    /** Written under the driver's lock, once; read by the owner of the sleep. */
    private volatile State state = State.WAITING;

    TimerEntry(long deadlineTick, @Nullable Waker waker) {
        this.deadlineTick = deadlineTick;
        this.waker = waker;
    }

    State state() {
        return state;
    }

    void setWaker(@Nullable Waker waker) {
        this.waker = waker;
    }

    /** Ends the registration; the caller wakes the result once it has left the lock. */
    @Nullable
    Waker end(State how) {
        Waker woken = waker;
        waker = null;
        slot = null;
        state = how;
        return woken;
    }
}
