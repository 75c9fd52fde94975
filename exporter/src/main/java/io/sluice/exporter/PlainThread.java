package io.sluice.exporter;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import java.util.concurrent.Semaphore;

/** Waits for a future on a thread that may wait: an application's, never a worker. */
final class PlainThread {

    private PlainThread() {}

    /**
     * Polls {@code future} on the calling thread until it is ready. Cancels it on every other way out.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException on a worker
     * @throws Exception what the future failed with
     */
    static <T> T await(Future<T> future) throws Exception {
        if (AsyncRuntime.isWorkerThread()) {
            throw new IllegalStateException("a thread that polls tasks must not wait; use the future instead");
        }
        Semaphore woken = new Semaphore(0);
        Waker waker = woken::release;
        Context cx = Context.of(waker);
        boolean ready = false;
        try {
            for (; ; ) {
                Poll<T> polled = future.poll(cx);
                if (polled.isReady()) {
                    ready = true;
                    return polled.get();
                }
                woken.acquire();
                woken.drainPermits();
            }
        } finally {
            if (!ready) {
                future.cancel();
            }
        }
    }
}
