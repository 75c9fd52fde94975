package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import org.jspecify.annotations.Nullable;

/**
 * The wait of one receiver of a {@link Watch} for a value that it has not seen. May be polled again after each value.
 * Owner only.
 */
final class WatchNext<T> {

    private final Watch.Receiver<T> receiver;

    /** The wait for the next change; made before the state is looked at, so that none is missed. */
    private Notify.@Nullable Notified change;

    WatchNext(Watch.Receiver<T> receiver) {
        this.receiver = receiver;
    }

    /**
     * The state with a value that the receiver has not seen, which it now has; null if {@code cx} will be woken.
     *
     * @throws ClosedException if the value has been seen and no other will come
     */
    WatchCell.@Nullable State<T> poll(Context cx) throws ClosedException {
        if (!cx.proceed()) {
            return null;
        }
        for (; ; ) {
            WatchCell.State<T> state = receiver.state();
            if (receiver.see(state)) {
                cancel();
                cx.madeProgress();
                return state;
            }
            if (state.isClosed()) {
                cancel();
                cx.madeProgress();
                throw new ClosedException("watch");
            }
            Notify.Notified wait = change;
            if (wait == null) {
                change = receiver.changes().notified();
            } else if (wait.poll(cx).isPending()) {
                return null;
            } else {
                change = null;
            }
        }
    }

    void cancel() {
        if (change != null) {
            change.cancel();
            change = null;
        }
    }
}
