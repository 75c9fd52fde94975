package io.sluice.benchmarks.agent;

import io.sluice.benchmarks.LatencyHistogram;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests for orders over four connections, each sent when the one before it has been answered. Each begins a trace
 * whose id ends in its number.
 */
final class LoadGenerator implements AutoCloseable {

    private static final int CONNECTIONS = 4;
    private static final int ORDERS = 100;

    /** What the application makes of one request: two server spans, two of the database, one of the client. */
    static final int SPANS_A_REQUEST = 5;

    /** Numbers begin where ids that are made at random hardly are. */
    private static final AtomicLong NEXT = new AtomicLong(0x5105_0000_0000_0000L);

    private final Clock clock = Clock.system();
    private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);

    /**
     * What came of it.
     *
     * @param answered numbers of the requests that were answered as they should
     * @param failed how many were not
     */
    record Outcome(LatencyHistogram latencies, List<Long> answered, long failed, double seconds) {

        double perSecond() {
            return answered.size() / seconds;
        }

        double p99Millis() {
            return latencies.quantile(0.99) / 1e6;
        }

        /** Spans of answered requests that have not arrived. */
        long lost(FarEnd farEnd) {
            return answered.stream()
                    .mapToLong(trace -> Math.max(0, SPANS_A_REQUEST - farEnd.spansOf(trace)))
                    .sum();
        }
    }

    /** Until the time is over or, on each connection, until a request fails. */
    Outcome run(int port, double seconds) throws InterruptedException {
        long startNanos = clock.nanoTime();
        long endNanos = startNanos + (long) (seconds * 1e9);
        List<Future<Outcome>> lanes = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            lanes.add(threads.submit(() -> lane(port, endNanos)));
        }
        LatencyHistogram latencies = new LatencyHistogram();
        List<Long> answered = new ArrayList<>();
        long failed = 0;
        for (Future<Outcome> lane : lanes) {
            Outcome outcome = result(lane);
            latencies.add(outcome.latencies);
            answered.addAll(outcome.answered);
            failed += outcome.failed;
        }
        return new Outcome(latencies, answered, failed, (clock.nanoTime() - startNanos) / 1e9);
    }

    private Outcome lane(int port, long endNanos) {
        LatencyHistogram latencies = new LatencyHistogram();
        List<Long> answered = new ArrayList<>();
        long failed = 0;
        try (HttpConnection connection = new HttpConnection(port)) {
            long now = clock.nanoTime();
            while (now - endNanos < 0) {
                long number = NEXT.incrementAndGet();
                int status = connection.ask("GET", "/orders/" + Math.floorMod(number, ORDERS), traceparent(number));
                long then = clock.nanoTime();
                latencies.record(then - now);
                now = then;
                if (status == 200) {
                    answered.add(number);
                } else {
                    failed++;
                }
            }
        } catch (IOException broken) {
            failed++;
        }
        return new Outcome(latencies, answered, failed, 0);
    }

    private static String traceparent(long number) {
        return String.format(Locale.ROOT, "traceparent: 00-5105000000000000%016x-ca11000000000001-01\r\n", number);
    }

    private static Outcome result(Future<Outcome> lane) throws InterruptedException {
        try {
            return lane.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
