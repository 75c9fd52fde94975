package io.sluice.runtime.collect;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.collect.JoinTasks.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that belong together: their results come in the order in which they end, and none outlives the set unless it
 * was detached.
 *
 * <p>The tasks run whether or not somebody waits for them. A task that fails, or is aborted, says so through its
 * {@link Joined}; the others go on. A set that is empty may be filled again.
 *
 * <p>Owner only. The owner closes the set in the end, also from its own {@code cancel}: what has not ended is aborted.
 * Follows {@code tokio::task::JoinSet}.
 *
 * @param <T> the tasks' result
 */
public final class JoinSet<T> implements AutoCloseable {

    /** The tasks of a set have no names of their own. */
    private static final String KEY = "";

    private final JoinTasks<String, T> tasks = new JoinTasks<>();

    /** Starts {@code future} as a task on {@code runtime}. If that is shut down the task counts as aborted. */
    public AbortHandle spawn(Handle runtime, Future<T> future) {
        return add(runtime.spawn(future));
    }

    /** {@link #spawn(Handle, Future)} with options. */
    public AbortHandle spawn(Handle runtime, TaskOptions options, Future<T> future) {
        return add(runtime.spawn(options, future));
    }

    /** Runs {@code work} on a thread that may wait. Abort works only until the work has started. */
    public AbortHandle spawnBlocking(Handle runtime, Callable<T> work) {
        return add(runtime.spawnBlocking(work));
    }

    private AbortHandle add(JoinHandle<T> handle) {
        tasks.add(KEY, handle);
        return new AbortHandle(handle);
    }

    /** Tasks that were not joined, ended or not. */
    public int size() {
        return tasks.size();
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    /**
     * How the next task ended, which is out of the set then; null if the set is empty. Cancel-safe: a cancel takes
     * nothing out. To be borrowed or owned by a select, as it leaves the set alone.
     */
    public Future<Joined<T>> joinNext() {
        return new Future<>() {
            @Override
            public Poll<Joined<T>> poll(Context cx) {
                return pollJoinNext(cx);
            }

            @Override
            public void cancel() {
                tasks.unregister();
            }
        };
    }

    /** As a poll of {@link #joinNext}, without a future. */
    public Poll<Joined<T>> pollJoinNext(Context cx) {
        Poll<Entry<String, T>> polled = tasks.pollNext(cx);
        if (polled.isPending()) {
            return Poll.pending();
        }
        Entry<String, T> ended = polled.get();
        return ended == null ? Poll.ready() : Poll.ready(ended.result());
    }

    /** How the next task ended, if one has; null if none has ended, or the set is empty. */
    public @Nullable Joined<T> tryJoinNext() {
        Entry<String, T> ended = tasks.tryNext();
        return ended == null ? null : ended.result();
    }

    /** Asks all tasks to end. They stay in the set until they are joined, most of them as aborted. */
    public void abortAll() {
        tasks.abortAll();
    }

    /** Lets all tasks go: the set is empty then, and they run on. Their failures go to the runtime's uncaught hook. */
    public void detachAll() {
        tasks.detachAll();
    }

    /**
     * Aborts all tasks and is ready when they have ended, whatever they ended with. If it is cancelled, the tasks that
     * have not ended stay in the set, aborted.
     */
    public Future<Void> shutdown() {
        return new Future<>() {
            private boolean aborted;

            @Override
            public Poll<Void> poll(Context cx) {
                if (!aborted) {
                    aborted = true;
                    tasks.abortAll();
                }
                while (true) {
                    Poll<Entry<String, T>> polled = tasks.pollNext(cx);
                    if (polled.isPending()) {
                        return Poll.pending();
                    }
                    if (polled.get() == null) {
                        return Poll.ready();
                    }
                }
            }

            @Override
            public void cancel() {
                tasks.unregister();
            }
        };
    }

    /**
     * The results of all tasks, in the order in which they ended. Takes the set over: its poll throws the {@link
     * JoinException} of the first task that gave none, and then, as when it is cancelled, the set is closed.
     */
    public Future<List<T>> joinAll() {
        return new Future<>() {
            private final List<T> results = new ArrayList<>();

            @Override
            @SuppressWarnings("NullAway") // a task's null is its result
            public Poll<List<T>> poll(Context cx) throws JoinException {
                while (true) {
                    Poll<Joined<T>> polled = pollJoinNext(cx);
                    if (polled.isPending()) {
                        return Poll.pending();
                    }
                    Joined<T> joined = polled.get();
                    if (joined == null) {
                        return Poll.ready(results);
                    }
                    results.add(joined.get());
                }
            }

            @Override
            public void cancel() {
                close();
            }
        };
    }

    /** Aborts all tasks and forgets them; the set is empty then and may be used again. Does not wait for their end. */
    @Override
    public void close() {
        tasks.close();
    }
}
