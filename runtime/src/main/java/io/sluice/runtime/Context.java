package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a poll may use of the world: the waker of its task, the task's budget, the runtime it runs on.
 *
 * <p>Valid only during the poll that received it: a future keeps {@link #waker()}, never the context. A worker uses one
 * context for all its polls, see {@link PollTurn}.
 */
public final class Context {

    private static final Consumer<Waker> AT_ONCE = Waker::wake;

    private final @Nullable Handle handle;

    // Polling thread only.
    private Coop coop;
    private Consumer<Waker> yielding;

    /** Null between the polls of a {@link PollTurn}. */
    private @Nullable Waker waker;

    private @Nullable Locals locals;

    /** Set while somebody asks what the task waits for; see {@link TraceSink}. */
    private @Nullable TraceSink trace;

    /** Whether what runs here may wait although it is polled: blocking work. */
    private final boolean mayWait;

    private Context(
            @Nullable Waker waker,
            Coop coop,
            @Nullable Handle handle,
            @Nullable Locals locals,
            Consumer<Waker> yielding,
            boolean mayWait) {
        this.waker = waker;
        this.coop = requireNonNull(coop, "coop");
        this.handle = handle;
        this.locals = locals;
        this.yielding = yielding;
        this.mayWait = mayWait;
    }

    /** For those who poll outside of a worker; a task that yields is woken at once. */
    public Context(Waker waker, Coop coop, @Nullable Handle handle) {
        this(requireNonNull(waker, "waker"), coop, handle, Current.locals(), AT_ONCE, false);
    }

    /** A context that is not valid yet. */
    static Context unbound(Coop coop, @Nullable Handle handle, Consumer<Waker> yielding) {
        return new Context(null, coop, handle, null, yielding, false);
    }

    /** A context that is not valid yet, for polls that may wait. */
    static Context unboundForWork(@Nullable Handle handle) {
        return new Context(null, Coop.unconstrained(), handle, null, AT_ONCE, true);
    }

    /** A context without a poll: what a thread has that only entered a runtime, and may wait. */
    public static Context entered(Handle handle) {
        return new Context(null, Coop.unconstrained(), handle, Current.locals(), AT_ONCE, true);
    }

    /** Makes this the context of another poll. */
    void bind(Waker task, @Nullable Locals inherited) {
        waker = task;
        locals = inherited;
    }

    /** Ends the validity. */
    void unbind() {
        waker = null;
        locals = null;
        trace = null;
    }

    /** From here on whoever yields is woken at once and has no budget: the thread has given its worker away. */
    void leaveWorker() {
        yielding = AT_ONCE;
        coop = Coop.unconstrained();
    }

    /** A context without runtime and with an endless budget, for polling by hand. */
    public static Context of(Waker waker) {
        return new Context(waker, Coop.unconstrained(), null);
    }

    /** The same poll seen by a child that wakes through {@code childWaker}; the budget is shared. */
    public Context withWaker(Waker childWaker) {
        return derived(requireNonNull(childWaker, "childWaker"), coop);
    }

    /**
     * The same poll seen by a child that need not give way: its results cost no budget. For a task that must get
     * through, not for loops; follows {@code tokio::task::unconstrained}.
     */
    public Context unconstrained() {
        return derived(waker(), Coop.unconstrained());
    }

    /**
     * For a scheduler inside of a task: what it polls its own tasks with, on this thread and during this poll. Its tasks
     * see the runtime of this poll; one that yields is woken at once.
     */
    public PollTurn nestedTurn(Coop budget) {
        return new PollTurn(budget, handle, AT_ONCE);
    }

    private Context derived(Waker childWaker, Coop budget) {
        Context child = new Context(childWaker, budget, handle, locals, yielding, mayWait);
        child.trace = trace;
        return child;
    }

    /**
     * What wakes the task; may be kept, unlike this context.
     *
     * @throws IllegalStateException if this context was kept beyond the poll that received it
     */
    public Waker waker() {
        Waker current = waker;
        if (current == null) {
            throw new IllegalStateException("a context is valid only during the poll that received it");
        }
        return current;
    }

    /**
     * Whether this task may still take results in this turn. If not, the task gets another turn as after
     * {@link #yieldTurn()} and the caller returns pending.
     */
    public boolean proceed() {
        if (trace == null && coop.hasRemaining()) {
            return true;
        }
        return refuse();
    }

    private boolean refuse() {
        if (trace != null) {
            trace.waitsHere();
        } else {
            coop.forcedYield();
        }
        yieldTurn();
        return false;
    }

    /** Whether {@link #proceed()} would say yes; asking changes nothing. */
    public boolean hasBudgetRemaining() {
        return coop.hasRemaining();
    }

    /**
     * Has this task polled again when every other task that is ready now, and the drivers, have had a turn; the caller
     * returns pending. Unlike a wake, which would let a task that yields all the time keep out I/O and timers.
     */
    public void yieldTurn() {
        yielding.accept(waker());
    }

    /** Takes one unit of the budget; called by a leaf future that is about to return a result. */
    public void madeProgress() {
        coop.spend();
    }

    /**
     * The runtime that polls.
     *
     * @throws IllegalStateException if this poll is made by hand, outside a runtime
     */
    public Handle handle() {
        if (handle == null) {
            throw new IllegalStateException("this poll runs outside a runtime");
        }
        return handle;
    }

    @Nullable
    Handle handleOrNull() {
        return handle;
    }

    boolean isPolling() {
        return waker != null && !mayWait;
    }

    @Nullable
    Locals locals() {
        return locals;
    }

    void setLocals(@Nullable Locals visible) {
        locals = visible;
    }

    /** Has the leaf futures of this poll tell {@code sink} where they are instead of working. */
    void trace(TraceSink sink) {
        trace = sink;
    }
}
