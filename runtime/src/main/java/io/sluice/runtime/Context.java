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

    private final Coop coop;
    private final @Nullable Handle handle;
    private final Consumer<Waker> yielding;

    /** Polling thread only; null between the polls of a {@link PollTurn}. */
    private @Nullable Waker waker;

    private Context(@Nullable Waker waker, Coop coop, @Nullable Handle handle, Consumer<Waker> yielding) {
        this.waker = waker;
        this.coop = requireNonNull(coop, "coop");
        this.handle = handle;
        this.yielding = yielding;
    }

    /** For those who poll outside of a worker; a task that yields is woken at once. */
    public Context(Waker waker, Coop coop, @Nullable Handle handle) {
        this(requireNonNull(waker, "waker"), coop, handle, Waker::wake);
    }

    /** A context that is not valid yet. */
    static Context unbound(Coop coop, @Nullable Handle handle, Consumer<Waker> yielding) {
        return new Context(null, coop, handle, yielding);
    }

    /** Makes this the context of another poll; null ends its validity. */
    void bind(@Nullable Waker task) {
        waker = task;
    }

    /** A context without runtime and with an endless budget, for polling by hand. */
    public static Context of(Waker waker) {
        return new Context(waker, Coop.unconstrained(), null);
    }

    /** The same poll seen by a child that wakes through {@code childWaker}; the budget is shared. */
    public Context withWaker(Waker childWaker) {
        return new Context(requireNonNull(childWaker, "childWaker"), coop, handle, yielding);
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
        if (coop.hasRemaining()) {
            return true;
        }
        yieldTurn();
        return false;
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
}
