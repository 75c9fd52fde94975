package io.sluice.runtime;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a thread that polls tasks has for the purpose: one budget, and one {@link Context} that is pointed at one task
 * after the other, so that polls allocate nothing. For schedulers. Polling thread only.
 */
public final class PollTurn {

    private final Coop coop;
    private final Context context;

    /**
     * @param handle the runtime that the tasks see; null if they see none
     * @param yielding takes the wakers of tasks that yield, to wake them when the others and the drivers have had a turn
     */
    public PollTurn(Coop coop, @Nullable Handle handle, Consumer<Waker> yielding) {
        this.coop = coop;
        this.context = Context.unbound(coop, handle, yielding);
    }

    /** The context for a poll of {@code task}, valid until {@link #end()}. */
    public Context begin(Waker task) {
        context.bind(task);
        return context;
    }

    public void end() {
        context.bind(null);
    }

    /** The budget of the turn; tasks that run in the same turn share it. */
    public Coop coop() {
        return coop;
    }
}
