package io.sluice.runtime.scheduler;

import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskQueue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The run queue of one worker: a ring from which others may steal.
 *
 * <p>The owner pushes at the tail and pops at the head; a thief takes half from the head. Both indexes count for ever
 * and are used modulo the capacity. {@code head} packs two of them: {@code real} is where the next task is taken,
 * {@code steal} trails behind while a thief still copies what it claimed; the slots between them are the thief's. They
 * differ exactly while a steal is under way, and then no second one begins.
 *
 * <p>Why it is right: a slot is written by the owner only where {@code tail - steal < CAPACITY}, so never while anyone
 * reads it; a taker first moves {@code real} by compare-and-set, which gives it the slots behind alone, and only then
 * reads and clears them; the owner publishes slots by the release of {@code tail}, a thief gives them back by the
 * compare-and-set of {@code steal}. Follows {@code tokio::runtime::scheduler::multi_thread::queue}.
 */
final class LocalQueue extends LocalQueueRight {

    static final int CAPACITY = 256;
    private static final int MASK = CAPACITY - 1;
    private static final int HALF = CAPACITY / 2;

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(LocalQueueHead.class, "head", long.class);
            TAIL = lookup.findVarHandle(LocalQueueTail.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Takes what does not fit. */
    interface Overflow {
        void push(Task<?> task);

        void pushAll(TaskQueue batch);
    }

    /** See the class comment. */
    private final @Nullable Task<?>[] slots = new Task<?>[CAPACITY];

    /** Owner only. */
    private long overflows;

    // ---- owner ------------------------------------------------------------------------------------------------

    /** Adds at the back. A full ring gives half of itself and the task to {@code overflow}. Owner only. */
    void push(Task<?> task, Overflow overflow) {
        while (true) {
            long seen = (long) HEAD.getAcquire(this);
            int steal = steal(seen);
            if (tail - steal < CAPACITY) {
                slots[tail & MASK] = task;
                TAIL.setRelease(this, tail + 1);
                return;
            }
            if (steal != real(seen)) {
                overflow.push(task); // a thief is making room
                return;
            }
            if (overflowHalf(seen, task, overflow)) {
                return;
            }
        }
    }

    /**
     * Claims the whole ring, leaves the older half where it is by moving the tail past it again, and gives the newer
     * half away: the older half may just have come from the injection queue.
     */
    private boolean overflowHalf(long seen, Task<?> task, Overflow overflow) {
        int first = real(seen);
        if (!HEAD.compareAndSet(this, seen, pack(tail, tail))) {
            return false;
        }
        TaskQueue batch = new TaskQueue();
        for (int i = HALF; i < CAPACITY; i++) {
            batch.add(take(first + i));
        }
        batch.add(task);
        TAIL.setRelease(this, tail + HALF);
        overflow.pushAll(batch);
        overflows++;
        return true;
    }

    /** Takes the oldest task; null if there is none. Owner only. */
    @Nullable
    Task<?> pop() {
        while (true) {
            long seen = (long) HEAD.getAcquire(this);
            int real = real(seen);
            if (real == tail) {
                return null;
            }
            long next = steal(seen) == real ? pack(real + 1, real + 1) : pack(steal(seen), real + 1);
            if (HEAD.compareAndSet(this, seen, next)) {
                return take(real);
            }
        }
    }

    /** How often half of the ring was given away. Owner only. */
    long overflows() {
        return overflows;
    }

    /** How many more tasks fit. Owner only. */
    int remainingSlots() {
        return CAPACITY - (tail - steal((long) HEAD.getAcquire(this)));
    }

    // ---- any thread -------------------------------------------------------------------------------------------

    /** Tasks that can be taken; exact for the owner when nobody steals, never negative. */
    int size() {
        int real = real((long) HEAD.getAcquire(this));
        return (int) TAIL.getAcquire(this) - real; // in this order: the tail never falls behind a head read before
    }

    boolean isEmpty() {
        return size() == 0;
    }

    // ---- thief ------------------------------------------------------------------------------------------------

    /**
     * Moves half of this queue, rounded up, into {@code mine}, whose owner calls, and returns the last of it to be run
     * at once; null if there was nothing, or another thief is at it, or {@code mine} is more than half full.
     */
    @Nullable
    Task<?> stealInto(LocalQueue mine) {
        if (mine.tail - steal((long) HEAD.getAcquire(mine)) > HALF) {
            return null;
        }
        int count = stealHalf(mine);
        if (count == 0) {
            return null;
        }
        Task<?> last = mine.take(mine.tail + count - 1);
        TAIL.setRelease(mine, mine.tail + count - 1);
        return last;
    }

    /** Copies behind {@code mine}'s tail without publishing; returns how many. */
    private int stealHalf(LocalQueue mine) {
        long seen = (long) HEAD.getAcquire(this);
        int first;
        int count;
        while (true) {
            first = real(seen);
            if (steal(seen) != first) {
                return 0;
            }
            int available = (int) TAIL.getAcquire(this) - first;
            count = available - available / 2;
            if (count <= 0) {
                return 0;
            }
            long claimed = pack(first, first + count);
            long witness = (long) HEAD.compareAndExchange(this, seen, claimed);
            if (witness == seen) {
                break;
            }
            seen = witness;
        }
        for (int i = 0; i < count; i++) {
            mine.slots[(mine.tail + i) & MASK] = take(first + i);
        }
        giveBack();
        return count;
    }

    private void giveBack() {
        while (true) {
            long seen = (long) HEAD.getAcquire(this);
            int real = real(seen);
            if (HEAD.compareAndSet(this, seen, pack(real, real))) {
                return;
            }
        }
    }

    private Task<?> take(int index) {
        int slot = index & MASK;
        Task<?> task = slots[slot];
        if (task == null) {
            throw new AssertionError("the ring gave out an empty slot");
        }
        slots[slot] = null;
        return task;
    }

    private static long pack(int steal, int real) {
        return ((long) steal << 32) | (real & 0xffff_ffffL);
    }

    private static int steal(long head) {
        return (int) (head >>> 32);
    }

    private static int real(long head) {
        return (int) head;
    }
}

/*
 * Head and tail share a cache line with nothing: thieves write the one while the owner writes the other. The JVM orders
 * the fields of one class as it likes, but those of a superclass before those of a subclass.
 */

@SuppressWarnings("unused") // padding is never read
abstract class LocalQueueLeft {
    private long l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14;
}

abstract class LocalQueueHead extends LocalQueueLeft {
    /** Any thread, compare-and-set only. */
    @SuppressWarnings("unused") // through a VarHandle
    long head;
}

@SuppressWarnings("unused") // padding is never read
abstract class LocalQueueMiddle extends LocalQueueHead {
    private long m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14;
}

abstract class LocalQueueTail extends LocalQueueMiddle {
    /** Written by the owner, release; read by thieves, acquire. */
    int tail;
}

@SuppressWarnings("unused") // padding is never read
abstract class LocalQueueRight extends LocalQueueTail {
    private long r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14;
}
