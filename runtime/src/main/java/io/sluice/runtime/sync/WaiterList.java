package io.sluice.runtime.sync;

import io.sluice.runtime.Waker;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait, first come first served; leaving from the middle takes constant time.
 *
 * <p>Intrusive: the future that waits is its own link. Guarded by the lock of the primitive that owns the list.
 *
 * @param <W> what the primitive notes about a waiter
 */
final class WaiterList<W extends WaiterList.Waiter<W>> {

    /** One who waits. Its owner makes it, the primitive links and unlinks it. All fields guarded by the lock. */
    abstract static class Waiter<W extends Waiter<W>> {
        private @Nullable W previous;
        private @Nullable W next;
        private boolean linked;

        /** Whom to wake; null unless linked. */
        @Nullable
        Waker waker;

        boolean isLinked() {
            return linked;
        }
    }

    private @Nullable W first;
    private @Nullable W last;
    private int size;

    @Nullable
    W first() {
        return first;
    }

    @Nullable
    W last() {
        return last;
    }

    int size() {
        return size;
    }

    void addLast(W waiter) {
        Waiter<W> links = waiter;
        links.linked = true;
        links.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            ((Waiter<W>) last).next = waiter;
        }
        last = waiter;
        size++;
    }

    void remove(W waiter) {
        Waiter<W> links = waiter;
        if (!links.linked) {
            return;
        }
        if (links.previous == null) {
            first = links.next;
        } else {
            ((Waiter<W>) links.previous).next = links.next;
        }
        if (links.next == null) {
            last = links.previous;
        } else {
            ((Waiter<W>) links.next).previous = links.previous;
        }
        links.previous = null;
        links.next = null;
        links.linked = false;
        size--;
    }
}
