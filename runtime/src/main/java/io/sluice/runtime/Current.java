package io.sluice.runtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which runtime, and which poll, the current thread is in, for code that has no {@link Context} at hand.
 *
 * <p>A runtime's own threads hold it in a field. Foreign threads are entered in a map only while they are inside
 * {@code blockOn} or {@link Handle#enter()}, so that nothing is left behind in a host application's threads. For
 * schedulers; users ask {@link Handle#current()} and {@link TaskLocal#get()}.
 */
public final class Current {

    /** A thread that holds its context itself. */
    public interface Holder {
        @Nullable
        Context context();

        /** On that thread only. */
        void setContext(@Nullable Context context);
    }

    /** Each thread changes its own entry only. */
    private static final Map<Thread, Context> FOREIGN = new ConcurrentHashMap<>();

    private Current() {}

    /** What the current thread is in; null outside of every runtime. */
    static @Nullable Context context() {
        Thread thread = Thread.currentThread();
        if (thread instanceof Holder holder) {
            return holder.context();
        }
        return FOREIGN.isEmpty() ? null : FOREIGN.get(thread);
    }

    /** Puts the current thread into {@code context}; returns what it was in, to be given to the next call. */
    public static @Nullable Context swap(@Nullable Context context) {
        Thread thread = Thread.currentThread();
        if (thread instanceof Holder holder) {
            Context before = holder.context();
            holder.setContext(context);
            return before;
        }
        return context == null ? FOREIGN.remove(thread) : FOREIGN.put(thread, context);
    }

    /** Whether the current thread polls a task or a root future, and so must not wait. */
    public static boolean isPolling() {
        Context context = context();
        return context != null && context.isPolling();
    }

    /**
     * Checks that the current thread may wait.
     *
     * @param what the call that would wait
     * @throws IllegalStateException if the current thread must not wait
     */
    public static void refuseToWait(String what) {
        if (isPolling()) {
            throw new IllegalStateException(
                    what + " was called on " + Thread.currentThread().getName()
                            + ", a thread that polls tasks and must not wait; use the asynchronous form, spawnBlocking or"
                            + " blockInPlace");
        }
    }

    /** The locals that a task spawned here inherits. */
    public static @Nullable Locals locals() {
        Context context = context();
        return context == null ? null : context.locals();
    }

    /** Foreign threads that are inside a runtime; for leak checks. */
    static int foreignThreads() {
        return FOREIGN.size();
    }
}
