package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.util.concurrent.Ticker;
import io.sluice.runtime.time.Clock;
import java.util.concurrent.TimeUnit;

/** The runtime's clock as Netty wants to see it: starting near zero, because Netty takes negative times for overflow. */
final class DriverTicker implements Ticker {

    private final Clock clock;
    private final long originNanos;

    DriverTicker(Clock clock) {
        this.clock = clock;
        this.originNanos = clock.nanoTime();
    }

    @Override
    public long initialNanoTime() {
        return 0;
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime() - originNanos;
    }

    /** A deadline of Netty's on the runtime's clock. */
    long toClock(long tickerNanos) {
        long nanos = originNanos + tickerNanos;
        return tickerNanos > 0 && nanos < originNanos ? Long.MAX_VALUE : nanos;
    }

    /** Nothing here sleeps: the loop is a task, and its timers are the runtime's. */
    @Override
    public void sleep(long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("an event loop on the runtime never sleeps");
    }
}
