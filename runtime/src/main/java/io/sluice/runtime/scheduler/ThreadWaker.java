package io.sluice.runtime.scheduler;

import io.sluice.runtime.Waker;
import java.util.concurrent.atomic.AtomicBoolean;

/** Wakes a thread that waits outside of every runtime. Born woken, so that its future is polled first. */
class ThreadWaker implements Waker {

    private final Thread thread;
    private final Parking parking;
    private final AtomicBoolean woken = new AtomicBoolean(true);

    ThreadWaker(Thread thread, Parking parking) {
        this.thread = thread;
        this.parking = parking;
    }

    @Override
    public final void wake() {
        if (!woken.getAndSet(true)) {
            unpark();
        }
    }

    /** Ends the thread's wait. Any thread. */
    void unpark() {
        parking.unpark(thread);
    }

    /** Whether it was woken since the last call. */
    final boolean take() {
        return woken.getAndSet(false);
    }

    final boolean isWoken() {
        return woken.get();
    }

    /** Waits until it is woken, without taking that; only on the thread itself. */
    final void await() throws InterruptedException {
        while (!woken.get()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            parking.park(this);
        }
    }
}
