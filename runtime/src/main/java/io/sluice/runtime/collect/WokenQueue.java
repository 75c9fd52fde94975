package io.sluice.runtime.collect;

import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakerCell;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The members of a set that were woken since their last poll, in the order of their first wake; lock-free.
 *
 * <pre>
 * any thread                                     owner
 * wake: queued := 1, was 0? push on top   top    takes the whole stack, turns it round, hands out the oldest:
 *       then wake the owner                |     queued := 0, then poll
 * </pre>
 *
 * <p>Why a member is in the queue at most once, and {@code below} has one writer: only who turns {@code queued} from 0
 * to 1 pushes, and the owner turns it back only after it took the member out and forgot {@code below}.
 *
 * <p>Why no wake is lost: {@code queued} is changed by exchanges only. A wake that finds 1 comes before the exchange
 * to 0 which precedes the next poll, and what the waker wrote is visible to that poll. A wake that finds 0 pushes and
 * then wakes the owner, who registered before it looked, see {@link WakerCell}.
 *
 * <p>Why there is no ABA: nothing is ever popped from the stack singly. Unlike the queue of {@code
 * futures::stream::FuturesUnordered}, which this follows otherwise, it is never in between two states; a push may have
 * to be repeated instead.
 *
 * @param <V> what a member is
 */
final class WokenQueue<V> {

    /** One member; it is its own waker. */
    static final class Member<V> implements Waker {

        private static final VarHandle QUEUED;

        static {
            try {
                QUEUED = MethodHandles.lookup().findVarHandle(Member.class, "queued", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final WokenQueue<V> queue;

        /** Owner only; null once it is a member no more. */
        @Nullable
        V value;

        /** Owner only: its place in the set. */
        int index;

        /** Any thread, through {@link #QUEUED} only. */
        @SuppressWarnings("unused")
        private volatile int queued;

        /** Written by who turned {@link #queued} to 1, before the push; read and written by the owner after the take. */
        private @Nullable Member<V> below;

        Member(WokenQueue<V> queue, V value) {
            this.queue = queue;
            this.value = value;
        }

        @Override
        public void wake() {
            if ((int) QUEUED.getAndSet(this, 1) == 0) {
                queue.push(this);
            }
        }

        /** Whether it was woken since it was taken. */
        boolean isQueued() {
            return (int) QUEUED.getVolatile(this) != 0;
        }
    }

    private final AtomicReference<@Nullable Member<V>> top = new AtomicReference<>();
    private final WakerCell owner = new WakerCell();

    /** Owner only: what was taken from the stack and not handed out, oldest first. */
    private @Nullable Member<V> taken;

    private void push(Member<V> member) {
        Member<V> seen;
        do {
            seen = top.get();
            member.below = seen;
        } while (!top.compareAndSet(seen, member));
        owner.wake();
    }

    /** Has {@code waker} woken at the next wake of any member; the owner takes what is here afterwards. Owner only. */
    void register(Waker waker) {
        owner.register(waker);
    }

    /** Forgets whom to wake. Owner only. */
    void unregister() {
        owner.take();
    }

    /** Whether {@link #take} has something, be it only what left the set. Owner only. */
    boolean hasWoken() {
        return taken != null || top.get() != null;
    }

    /** The member that was woken first, members of before included; null if none was. Owner only. */
    @Nullable
    Member<V> take() {
        Member<V> oldest = taken;
        if (oldest == null) {
            oldest = takeAll();
            if (oldest == null) {
                return null;
            }
        }
        taken = oldest.below;
        oldest.below = null;
        Member.QUEUED.getAndSet(oldest, 0);
        return oldest;
    }

    private @Nullable Member<V> takeAll() {
        Member<V> newest = top.get() == null ? null : top.getAndSet(null);
        Member<V> oldestYet = null;
        while (newest != null) {
            Member<V> older = newest.below;
            newest.below = oldestYet;
            oldestYet = newest;
            newest = older;
        }
        return oldestYet;
    }
}
