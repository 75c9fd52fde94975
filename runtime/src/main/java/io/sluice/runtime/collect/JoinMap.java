package io.sluice.runtime.collect;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.collect.JoinTasks.Entry;
import io.sluice.runtime.collect.WokenQueue.Member;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tasks with keys, at most one a key: a {@link JoinSet} whose results say which task they come from.
 *
 * <p>A task that is spawned for a key in use takes the place of the old one, which is aborted and never joined. A task
 * keeps its key until it is joined, also when it has ended.
 *
 * <p>Owner only; the owner closes the map in the end. Follows {@code tokio_util::task::JoinMap}.
 *
 * @param <K> with {@code equals} and {@code hashCode}
 * @param <T> the tasks' result
 */
public final class JoinMap<K, T> implements AutoCloseable {

    /**
     * A task that was joined.
     *
     * @param key what it was spawned for
     * @param result how it ended
     */
    public record JoinedKey<K, T>(K key, Joined<T> result) {}

    private final JoinTasks<K, T> tasks = new JoinTasks<>();
    private final Map<K, Member<Entry<K, T>>> byKey = new HashMap<>();

    /** Starts {@code future} as a task on {@code runtime}; aborts the task that had {@code key}. */
    public AbortHandle spawn(K key, Handle runtime, Future<T> future) {
        requireNonNull(key, "key");
        return put(key, runtime.spawn(future));
    }

    /** {@link #spawn(Object, Handle, Future)} with options. */
    public AbortHandle spawn(K key, Handle runtime, TaskOptions options, Future<T> future) {
        requireNonNull(key, "key");
        return put(key, runtime.spawn(options, future));
    }

    /** Runs {@code work} on a thread that may wait. Abort works only until the work has started. */
    public AbortHandle spawnBlocking(K key, Handle runtime, Callable<T> work) {
        requireNonNull(key, "key");
        return put(key, runtime.spawnBlocking(work));
    }

    private AbortHandle put(K key, JoinHandle<T> handle) {
        Member<Entry<K, T>> old = byKey.put(key, tasks.add(key, handle));
        if (old != null) {
            tasks.discard(old);
        }
        return new AbortHandle(handle);
    }

    /** Asks the task of {@code key} to end; it stays in the map until it is joined. False if there is none. */
    public boolean abort(K key) {
        Member<Entry<K, T>> member = byKey.get(key);
        if (member == null) {
            return false;
        }
        WokenSet.valueOf(member).handle.abort();
        return true;
    }

    /** {@link #abort} for all keys that match. */
    public void abortMatching(Predicate<? super K> keys) {
        byKey.forEach((key, member) -> {
            if (keys.test(key)) {
                WokenSet.valueOf(member).handle.abort();
            }
        });
    }

    /** Whether a task of {@code key} was spawned and not joined, ended or not. */
    public boolean containsKey(K key) {
        return byKey.containsKey(key);
    }

    /** The keys now. */
    public Set<K> keys() {
        return Set.copyOf(byKey.keySet());
    }

    /** Tasks that were not joined, ended or not. */
    public int size() {
        return tasks.size();
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** The next task that has ended, which is out of the map then; null if the map is empty. Cancel-safe. */
    public Future<JoinedKey<K, T>> joinNext() {
        return new Future<>() {
            @Override
            public Poll<JoinedKey<K, T>> poll(Context cx) {
                return pollJoinNext(cx);
            }

            @Override
            public void cancel() {
                tasks.unregister();
            }
        };
    }

    /** As a poll of {@link #joinNext}, without a future. */
    public Poll<JoinedKey<K, T>> pollJoinNext(Context cx) {
        Poll<Entry<K, T>> polled = tasks.pollNext(cx);
        if (polled.isPending()) {
            return Poll.pending();
        }
        Entry<K, T> ended = polled.get();
        return ended == null ? Poll.ready() : Poll.ready(leave(ended));
    }

    /** The next task that has ended, if one has; null if none has ended, or the map is empty. */
    public @Nullable JoinedKey<K, T> tryJoinNext() {
        Entry<K, T> ended = tasks.tryNext();
        return ended == null ? null : leave(ended);
    }

    private JoinedKey<K, T> leave(Entry<K, T> ended) {
        byKey.remove(ended.key);
        return new JoinedKey<>(ended.key, ended.result());
    }

    /** Asks all tasks to end. They stay in the map until they are joined, most of them as aborted. */
    public void abortAll() {
        tasks.abortAll();
    }

    /** Lets all tasks go: the map is empty then, and they run on. */
    public void detachAll() {
        byKey.clear();
        tasks.detachAll();
    }

    /** Aborts all tasks and is ready when they have ended. If it is cancelled, the rest stays in the map, aborted. */
    public Future<Void> shutdown() {
        return new Future<>() {
            private boolean aborted;

            @Override
            public Poll<Void> poll(Context cx) {
                if (!aborted) {
                    aborted = true;
                    abortAll();
                }
                while (true) {
                    Poll<JoinedKey<K, T>> polled = pollJoinNext(cx);
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

    /** Aborts all tasks and forgets them; the map is empty then and may be used again. Does not wait for their end. */
    @Override
    public void close() {
        byKey.clear();
        tasks.close();
    }
}
