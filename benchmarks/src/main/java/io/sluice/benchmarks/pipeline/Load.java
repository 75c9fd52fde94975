package io.sluice.benchmarks.pipeline;

import io.sluice.benchmarks.LatencyHistogram;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The application's threads, which make items, paced or not. */
final class Load {

    private static final long TICK_NANOS = 1_000_000;

    /** What the threads did: items, wall time, their CPU, and nanoseconds an item. */
    record Outcome(long items, long elapsedNanos, long appCpuNanos, LatencyHistogram latency) {}

    private final Application application;

    Load(Application application) {
        this.application = application;
    }

    /**
     * Runs {@code threads} threads for {@code seconds}.
     *
     * @param perSecond items over all threads; 0 for as fast as they can
     */
    Outcome run(int threads, long perSecond, double seconds) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Worker worker = new Worker(start, end, perSecond / threads);
            worker.start();
            workers.add(worker);
        }
        long items = 0;
        long cpu = 0;
        LatencyHistogram latency = new LatencyHistogram();
        for (Worker worker : workers) {
            worker.join();
            items += worker.items;
            cpu += worker.cpuNanos;
            latency.add(worker.latency);
        }
        return new Outcome(items, System.nanoTime() - start, cpu, latency);
    }

    /** Fields are the worker's own until it has been joined. */
    private final class Worker extends Thread {
        private final long start;
        private final long end;
        private final long rate;
        private final LatencyHistogram latency = new LatencyHistogram();
        private long items;
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
                long due = rate == 0 ? items + 256 : (long) ((now - start) * (double) rate / 1e9);
                while (items < due) {
                    one();
                }
                now = System.nanoTime();
                if (rate != 0) {
                    LockSupport.parkNanos(TICK_NANOS - (now - start) % TICK_NANOS);
                    now = System.nanoTime();
                }
            }
            cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        private void one() {
            long before = System.nanoTime();
            application.item();
            latency.record(System.nanoTime() - before);
            items++;
        }
    }
}
