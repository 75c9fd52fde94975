package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import org.jspecify.annotations.Nullable;

/** One task's wait for room in a channel; may be used again and again. Owner only. */
final class SlotWait<T> {

    private final MpscChannel<T> channel;

    /** Only while there is no room. */
    private Permits.@Nullable Waiter waiter;

    private boolean held;

    SlotWait(MpscChannel<T> channel) {
        this.channel = channel;
    }

    /** Whether room for one item is held; if not, {@code cx} is woken when there is. */
    boolean poll(Context cx) throws ClosedException {
        if (held) {
            return true;
        }
        if (!cx.proceed()) {
            return false;
        }
        Permits.Taken taken = take(cx);
        if (taken == Permits.Taken.NOT_ENOUGH) {
            return false;
        }
        waiter = null;
        cx.madeProgress();
        if (taken == Permits.Taken.CLOSED) {
            throw new ClosedException("channel");
        }
        held = true;
        return true;
    }

    private Permits.Taken take(Context cx) {
        Permits.Waiter current = waiter;
        if (current == null) {
            Permits.Taken taken = channel.permits().tryTake(1);
            if (taken != Permits.Taken.NOT_ENOUGH) {
                return taken;
            }
            current = new Permits.Waiter(1);
            waiter = current;
        }
        return channel.permits().pollTake(current, cx.waker());
    }

    /**
     * Passes the held room on to the caller.
     *
     * @throws IllegalStateException if none is held
     */
    void use() {
        if (!held) {
            throw new IllegalStateException("no room is held: pollReady comes first");
        }
        held = false;
    }

    /** Gives up the wait, or the room. */
    void cancel() {
        Permits.Waiter current = waiter;
        waiter = null;
        if (current != null) {
            channel.cancel(current);
        }
        if (held) {
            held = false;
            channel.giveBack();
        }
    }
}
