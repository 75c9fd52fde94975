package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.LatencyHistogram;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Senders that send as fast as they are answered, or so many spans a second. One thread, one run. */
final class Load implements LoadConnection.Answers {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Clock clock = Clock.system();
    private final Selector selector = Selector.open();
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final LatencyHistogram latency = new LatencyHistogram();
    private final int spans;
    private long accepted;
    private long refused;
    private long inTime;

    Load(Way way, int port, int spans, int count) throws IOException {
        this.spans = spans;
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            LoadConnection connection =
                    LoadConnection.open(way, address, new SpanRequests(spans, way.gzip(), i), selector, this);
            connections.add(connection);
            idle.add(connection);
        }
    }

    @Override
    public void answered(LoadConnection connection, boolean wasAccepted, long dueNanos) {
        idle.add(connection);
        if (wasAccepted) {
            accepted++;
            latency.record(clock.nanoTime() - dueNanos);
        } else {
            refused++;
        }
    }

    /** Each sender sends again as soon as it was answered. */
    String saturate(long nanos) throws IOException {
        long start = clock.nanoTime();
        long end = start + nanos;
        long now;
        while ((now = clock.nanoTime()) < end) {
            LoadConnection next;
            while ((next = idle.poll()) != null) {
                send(next, now, false);
            }
            turn(end - now);
        }
        inTime = accepted;
        return finish(now - start);
    }

    /**
     * So many spans a second, each request due at its own moment; what is due while all senders wait is late, and that is
     * part of its latency.
     */
    String pace(double spansPerSecond, long nanos) throws IOException {
        double gapNanos = 1e9 * spans / spansPerSecond;
        long start = clock.nanoTime();
        long end = start + nanos;
        long due = 0;
        long now;
        while ((now = clock.nanoTime()) < end) {
            long dueNanos;
            while ((dueNanos = start + (long) ((double) due * gapNanos)) <= now && !idle.isEmpty()) {
                send(idle.remove(), dueNanos, true);
                due++;
            }
            turn(dueNanos > now ? dueNanos - now : end - now);
        }
        inTime = accepted;
        return finish(now - start);
    }

    private String finish(long elapsedNanos) throws IOException {
        long deadline = clock.nanoTime() + PATIENCE_NANOS;
        while (idle.size() < connections.size() && clock.nanoTime() < deadline) {
            turn(TimeUnit.MILLISECONDS.toNanos(10));
        }
        for (LoadConnection connection : connections) {
            connection.close();
        }
        selector.close();
        return String.format(
                Locale.ROOT,
                "loaded accepted %d refused %d unanswered %d inTime %d elapsedNanos %d p50 %d p99 %d",
                accepted * spans,
                refused * spans,
                (connections.size() - idle.size()) * (long) spans,
                inTime * spans,
                elapsedNanos,
                latency.quantile(0.5),
                latency.quantile(0.99));
    }

    private void turn(long nanos) throws IOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        if (millis > 0) {
            selector.select(millis);
        } else {
            selector.selectNow();
        }
        for (SelectionKey key : selector.selectedKeys()) {
            LoadConnection connection = (LoadConnection) key.attachment();
            try {
                connection.ready();
            } catch (IOException ended) {
                connection.reopen();
            }
        }
        selector.selectedKeys().clear();
    }

    private static void send(LoadConnection connection, long dueNanos, boolean stamped) throws IOException {
        try {
            connection.send(dueNanos, stamped);
        } catch (IOException ended) {
            connection.reopen();
        }
    }
}
