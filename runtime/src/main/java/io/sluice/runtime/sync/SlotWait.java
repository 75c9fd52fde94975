package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import org.jspecify.annotations.Nullable;

/** One task's wait for room in a channel; may be used again and again. Owner only. */
final class SlotWait<T> {

    private final ItemChannel<T> channel;
    private final int count;

    /** Only while there is no room. */
    private Permits.@Nullable Waiter waiter;

    private boolean held;

    SlotWait(ItemChannel<T> channel) {
        this(channel, 1);
    }

    /** For room for {@code count} items, to be had at once. */
    SlotWait(ItemChannel<T> channel, int count) {
        this.channel = channel;
        this.count = count;
    }

    /** Whether the room is held; if not, {@code cx} is woken when there is. */
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
            Permits.Taken taken = channel.permits().tryTake(count);
            if (taken != Permits.Taken.NOT_ENOUGH) {
                return taken;
            }
            current = new Permits.Waiter(count);
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
            channel.giveBack(count);
        }
    }
}
