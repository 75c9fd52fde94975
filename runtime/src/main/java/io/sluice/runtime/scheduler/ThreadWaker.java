package io.sluice.runtime.scheduler;

import io.sluice.runtime.Waker;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Wakes a thread that waits outside of every runtime. */
final class ThreadWaker implements Waker {

    private final Thread thread;
    private final AtomicBoolean woken = new AtomicBoolean();

    ThreadWaker(Thread thread) {
        this.thread = thread;
    }

    @Override
    public void wake() {
        if (!woken.getAndSet(true)) {
            LockSupport.unpark(thread);
        }
    }

    /** Waits until woken since the last call; only on the thread itself. */
    void await() throws InterruptedException {
        while (!woken.getAndSet(false)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.park(this);
        }
    }
}
