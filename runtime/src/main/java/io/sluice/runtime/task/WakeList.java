package io.sluice.runtime.task;

import io.sluice.runtime.Waker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Wakers taken under a lock, to be woken after it was released.
 *
 * <p>Waking under a lock would let the woken task run into that very lock; collecting without bound would let one call
 * hold everybody up. So whoever wakes many takes the lock again for every {@value #CAPACITY} of them. Follows
 * {@code tokio::util::WakeList}. One thread at a time.
 */
public final class WakeList {

    /** Tokio's figure: long enough to pay for taking the lock again, short enough to hold nobody up. */
    public static final int CAPACITY = 32;

    private final @Nullable Waker[] wakers = new Waker[CAPACITY];
    private int size;

    public boolean isFull() {
        return size == CAPACITY;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The caller has asked {@link #isFull()}. */
    public void add(Waker waker) {
        wakers[size++] = waker;
    }

    /**
     * Wakes all and empties the list; the caller holds no lock.
     *
     * <p>A waker must not throw. One that does is reported to this thread's uncaught-exception handler, and the others
     * are woken all the same: one bad waker must not put the rest to sleep for good.
     *
     * @return how many were woken
     */
    public int wakeAll() {
        int count = size;
        size = 0;
        for (int i = 0; i < count; i++) {
            wake(wakers[i]);
        }
        Arrays.fill(wakers, 0, count, null);
        return count;
    }

    private static void wake(@Nullable Waker waker) {
        if (waker == null) {
            return;
        }
        try {
            waker.wake();
        } catch (Throwable bug) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
        }
    }
}
