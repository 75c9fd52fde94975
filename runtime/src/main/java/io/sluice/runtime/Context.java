package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What a poll may use of the world: the waker of its task, the task's budget, the runtime it runs on.
 *
 * <p>Valid only during the poll that received it: a future keeps {@link #waker()}, never the context.
 */
public final class Context {

    private final Waker waker;
    private final Coop coop;
    private final @Nullable Handle handle;

    /** For the parts of the runtime that poll tasks. */
    public Context(Waker waker, Coop coop, @Nullable Handle handle) {
        this.waker = requireNonNull(waker, "waker");
        this.coop = requireNonNull(coop, "coop");
        this.handle = handle;
    }

    /** A context without runtime and with an endless budget, for polling by hand. */
    public static Context of(Waker waker) {
        return new Context(waker, Coop.unconstrained(), null);
    }

    /** The same poll seen by a child that wakes through {@code childWaker}; the budget is shared. */
    public Context withWaker(Waker childWaker) {
        return new Context(childWaker, coop, handle);
    }

    public Waker waker() {
        return waker;
    }

    /**
     * Whether this task may still take results in this turn. If not, the task has been woken for another turn and the
     * caller returns pending.
     */
    public boolean proceed() {
        if (coop.hasRemaining()) {
            return true;
        }
        waker.wake();
        return false;
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
