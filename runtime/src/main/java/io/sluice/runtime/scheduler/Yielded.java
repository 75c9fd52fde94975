package io.sluice.runtime.scheduler;

import io.sluice.runtime.Waker;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one thread that gave way, until the drivers have had their turn. Worker thread only.
 *
 * <p>Follows {@code tokio::runtime::scheduler::defer}.
 */
final class Yielded implements Consumer<Waker> {

    private static final int INITIAL_CAPACITY = 16;

    private @Nullable Waker[] wakers = new Waker[INITIAL_CAPACITY];
    private int size;

    /** Keeps {@code waker}; a task that yields twice in one poll is kept once. */
    @Override
    public void accept(Waker waker) {
        if (size > 0 && wakers[size - 1] == waker) {
            return;
        }
        if (size == wakers.length) {
            wakers = Arrays.copyOf(wakers, size * 2);
        }
        wakers[size++] = waker;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /**
     * Wakes all, in the order in which they yielded. A waker must not throw; one that does is reported, and the others
     * are woken all the same.
     */
    void wakeAll(SchedulerSettings settings) {
        int count = size;
        for (int i = 0; i < count; i++) {
            Waker waker = wakers[i];
            wakers[i] = null;
            if (waker != null) {
                wake(waker, settings);
            }
        }
        // Wakers that yielded meanwhile, which only foreign wakers could do, wait for the next time.
        System.arraycopy(wakers, count, wakers, 0, size - count);
        Arrays.fill(wakers, size - count, size, null);
        size -= count;
    }

    private static void wake(Waker waker, SchedulerSettings settings) {
        try {
            waker.wake();
        } catch (Throwable bug) {
            settings.report(Thread.currentThread().getName(), bug);
        }
    }
}
