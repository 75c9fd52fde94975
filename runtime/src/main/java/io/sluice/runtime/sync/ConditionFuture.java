package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ready once a condition holds, which is looked at first and after each {@link Notify#notifyWaiters} that follows a
 * change of what it depends on.
 */
final class ConditionFuture implements Future<Void> {

    private final Notify changes;
    private final BooleanSupplier condition;

    /** Owner only: the wait for the next change; made before the condition is looked at, so that none is missed. */
    private Notify.@Nullable Notified next;

    ConditionFuture(Notify changes, BooleanSupplier condition) {
        this.changes = changes;
        this.condition = condition;
    }

    @Override
    public Poll<Void> poll(Context cx) {
        if (!cx.proceed()) {
            return Poll.pending();
        }
        while (!condition.getAsBoolean()) {
            Notify.Notified wait = next;
            if (wait == null) {
                next = changes.notified();
            } else if (wait.poll(cx).isPending()) {
                return Poll.pending();
            } else {
                next = null;
            }
        }
        cancel();
        cx.madeProgress();
        return Poll.ready();
    }

    @Override
    public void cancel() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
