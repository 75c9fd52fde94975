package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Threads that poll futures for themselves, joined by the test that started them; their failures fail it. */
final class Threads implements AutoCloseable {

    /** A wake that got lost shows as this much waiting. */
    static final long LOST_WAKE_SECONDS = 30;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<java.util.concurrent.Future<?>> running = new ArrayList<>();

    void start(Callable<?> body) {
        running.add(pool.submit(body));
    }

    void join() throws Exception {
        for (java.util.concurrent.Future<?> one : running) {
            try {
                one.get(2 * LOST_WAKE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    /** Lets other threads run until {@code condition} holds; fails if that never comes. */
    static void until(BooleanSupplier condition) throws Exception {
        long deadline = Clock.system().nanoTime() + TimeUnit.SECONDS.toNanos(LOST_WAKE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (Clock.system().nanoTime() - deadline > 0) {
                throw new TimeoutException("the condition did not come to hold");
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    /** Polls on the calling thread, only when woken. */
    static <T> T await(Future<T> future) throws Exception {
        Semaphore woken = new Semaphore(0);
        Context cx = Context.of(woken::release);
        for (; ; ) {
            Poll<T> polled = future.poll(cx);
            if (polled.isReady()) {
                return polled.get();
            }
            if (!woken.tryAcquire(LOST_WAKE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException("nobody woke " + future);
            }
            woken.drainPermits();
        }
    }
}
