package io.sluice.exporter.testing;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.ManualClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits in a test for what other threads bring about. */
public final class Await {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private Await() {}

    public static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("it did not come about within 10 s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Runs {@code future} as a task to its end; time passes meanwhile, a few milliseconds at each look. */
    public static void awaitWhileTimePasses(AsyncRuntime runtime, ManualClock clock, Future<Void> future)
            throws Exception {
        JoinHandle<Void> ending = runtime.handle().spawn(future);
        while (!ending.isFinished()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            clock.advance(Duration.ofMillis(5));
        }
        runtime.blockOn(ending);
    }
}
