package io.sluice.runtime.scheduler;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A worker that its thread has given away while it waits inside {@code blockInPlace}: whoever claims it first, a spare
 * thread or the thread itself when its wait is over, runs it on.
 */
final class Handover implements Runnable {

    private static final int OFFERED = 0;
    private static final int CLAIMED = 1;

    private final AtomicInteger state = new AtomicInteger(OFFERED);
    private final Worker worker;

    Handover(Worker worker) {
        this.worker = worker;
    }

    /** On a spare thread: runs the worker until it ends or is given away again; nothing if it is claimed already. */
    @Override
    public void run() {
        if (claim()) {
            WorkerThread thread = (WorkerThread) Thread.currentThread();
            thread.assign(worker);
            worker.run();
            thread.assign(null);
        }
    }

    /** Whether the worker is the caller's from now on. */
    boolean claim() {
        return state.compareAndSet(OFFERED, CLAIMED);
    }
}
