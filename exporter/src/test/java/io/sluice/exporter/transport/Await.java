package io.sluice.exporter.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits in a test for what other threads bring about. */
final class Await {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private Await() {}

    static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("it did not come about within 10 s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
