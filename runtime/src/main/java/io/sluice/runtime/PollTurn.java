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

    private PollTurn(Coop coop, Context context) {
        this.coop = coop;
        this.context = context;
    }

    /**
     * @param handle the runtime that the tasks see; null if they see none
     * @param yielding takes the wakers of tasks that yield, to wake them when the others and the drivers have had a turn
     */
    public PollTurn(Coop coop, @Nullable Handle handle, Consumer<Waker> yielding) {
        this(coop, Context.unbound(coop, handle, yielding));
    }

    /** For work that may wait and has no budget. */
    public static PollTurn forWork(@Nullable Handle handle) {
        return new PollTurn(Coop.unconstrained(), Context.unboundForWork(handle));
    }

    /** The context for a poll of {@code task}, valid until {@link #end()}. */
    public Context begin(Waker task, @Nullable Locals locals) {
        context.bind(task, locals);
        return context;
    }

    public void end() {
        context.unbind();
    }

    /** For {@link Current}: valid only between {@link #begin} and {@link #end}, but the same for all polls. */
    public Context context() {
        return context;
    }

    /** Has the next poll, once it has begun, tell {@code sink} what the task waits for. */
    public void trace(TraceSink sink) {
        context.trace(sink);
    }

    /** The thread has given its worker away in the middle of a poll; see {@code blockInPlace}. */
    public void leaveWorker() {
        context.leaveWorker();
    }

    /** The budget of the turn; tasks that run in the same turn share it. */
    public Coop coop() {
        return coop;
    }
}
