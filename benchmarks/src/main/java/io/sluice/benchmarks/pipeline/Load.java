package io.sluice.benchmarks.pipeline;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.sluice.benchmarks.LatencyHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The application: threads that start and end spans of 8 attributes (about 374 bytes on the wire), paced or not. */
final class Load {

    private static final long TICK_NANOS = 1_000_000;
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> AGENT = AttributeKey.stringKey("user_agent.original");

    /** What the threads did: spans, wall time, and nanoseconds per span start + end on the application's thread. */
    record Outcome(long spans, long elapsedNanos, long appCpuNanos, LatencyHistogram latency) {}

    private final Tracer tracer;

    Load(Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * Runs {@code threads} threads for {@code seconds}.
     *
     * @param spansPerSecond over all threads; 0 for as fast as they can
     */
    Outcome run(int threads, long spansPerSecond, double seconds) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Worker worker = new Worker(start, end, spansPerSecond / threads);
            worker.start();
            workers.add(worker);
        }
        long spans = 0;
        long cpu = 0;
        LatencyHistogram latency = new LatencyHistogram();
        for (Worker worker : workers) {
            worker.join();
            spans += worker.spans;
            cpu += worker.cpuNanos;
            latency.add(worker.latency);
        }
        return new Outcome(spans, System.nanoTime() - start, cpu, latency);
    }

    /** Fields are the worker's own until it has been joined. */
    private final class Worker extends Thread {
        private final long start;
        private final long end;
        private final long rate;
        private final LatencyHistogram latency = new LatencyHistogram();
        private long spans;
        private long cpuNanos;

        Worker(long start, long end, long rate) {
            super("load");
            this.start = start;
            this.end = end;
            this.rate = rate;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            while (now < end) {
                long due = rate == 0 ? spans + 256 : (long) ((now - start) * (double) rate / 1e9);
                while (spans < due) {
                    one();
                }
                now = System.nanoTime();
                if (rate != 0) {
                    LockSupport.parkNanos(TICK_NANOS - (now - start) % TICK_NANOS);
                    now = System.nanoTime();
                }
            }
            cpuNanos = java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        private void one() {
            long before = System.nanoTime();
            Span span = tracer.spanBuilder("GET /orders/{id}")
                    .setNoParent()
                    .setSpanKind(SpanKind.SERVER)
                    .setAttribute(METHOD, "GET")
                    .setAttribute(ROUTE, "/orders/{id}")
                    .setAttribute(PATH, "/orders/4711")
                    .setAttribute(SCHEME, "https")
                    .setAttribute(HOST, "shop.example.com")
                    .setAttribute(PORT, 8443L)
                    .setAttribute(STATUS, 200L)
                    .setAttribute(AGENT, "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101")
                    .startSpan();
            span.end();
            latency.record(System.nanoTime() - before);
            spans++;
        }
    }
}
