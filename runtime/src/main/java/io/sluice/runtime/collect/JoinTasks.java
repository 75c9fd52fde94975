package io.sluice.runtime.collect;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.collect.WokenQueue.Member;
import io.sluice.runtime.task.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The join handles of a set and which of them have something to say; shared by {@link JoinSet} and {@link JoinMap}.
 *
 * <p>A handle is polled once when it comes in, which leaves the member's waker with the task; so the order of wakes is
 * the order in which tasks end, whether or not somebody waits. Owner only.
 *
 * @param <K> what the owner calls a task
 */
final class JoinTasks<K, T> {

    /** A task that has not been joined. */
    static final class Entry<K, T> {
        final K key;
        final JoinHandle<T> handle;

        /** Null until the handle gave it. */
        private @Nullable Joined<T> result;

        Entry(K key, JoinHandle<T> handle) {
            this.key = key;
            this.handle = handle;
        }

        /** How the task ended; it has. */
        Joined<T> result() {
            return requireNonNull(result, "not joined");
        }

        /** Asks the handle, unless it has answered; whether there is an answer. */
        private boolean look(Context cx) {
            if (result != null) {
                cx.madeProgress();
                return true;
            }
            try {
                Poll<T> polled = handle.poll(cx);
                if (polled.isPending()) {
                    return false;
                }
                result = new Joined.Done<>(handle.id(), polled.get());
            } catch (JoinException failure) {
                result = new Joined.Failed<>(failure);
            }
            return true;
        }
    }

    private final WokenSet<Entry<K, T>> entries = new WokenSet<>();

    /** Takes a handle over. */
    Member<Entry<K, T>> add(K key, JoinHandle<T> handle) {
        Entry<K, T> entry = new Entry<>(key, handle);
        Member<Entry<K, T>> member = entries.add(entry);
        if (entry.look(Context.of(member))) {
            member.wake();
        }
        return member;
    }

    /** Takes a task out that nobody will join, and aborts it. */
    void discard(Member<Entry<K, T>> member) {
        abortAndDetach(entries.remove(member));
    }

    /** The task that ended first of those not joined, which is out of the set then; null if the set is empty. */
    Poll<Entry<K, T>> pollNext(Context cx) {
        if (entries.isEmpty()) {
            return Poll.ready();
        }
        entries.register(cx.waker());
        while (cx.proceed()) {
            Member<Entry<K, T>> member = entries.nextWoken();
            if (member == null) {
                return Poll.pending();
            }
            if (WokenSet.valueOf(member).look(cx.withWaker(member))) {
                return Poll.ready(entries.remove(member));
            }
        }
        return Poll.pending();
    }

    /** As {@link #pollNext}, but null also if none has ended. */
    @Nullable
    Entry<K, T> tryNext() {
        for (; ; ) {
            Member<Entry<K, T>> member = entries.nextWoken();
            if (member == null) {
                return null;
            }
            if (WokenSet.valueOf(member).look(Context.of(member))) {
                return entries.remove(member);
            }
        }
    }

    void unregister() {
        entries.unregister();
    }

    void abortAll() {
        entries.values().forEach(entry -> entry.handle.abort());
    }

    void detachAll() {
        entries.removeAll().forEach(entry -> entry.handle.detach());
    }

    void close() {
        List<Entry<K, T>> abandoned = entries.removeAll();
        Release release = new Release();
        abandoned.forEach(entry -> release.run(() -> abortAndDetach(entry)));
        release.finish();
    }

    private static void abortAndDetach(Entry<?, ?> entry) {
        entry.handle.abort();
        entry.handle.detach();
    }

    int size() {
        return entries.size();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
