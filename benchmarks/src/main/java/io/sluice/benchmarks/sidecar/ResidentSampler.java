package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at a process's resident memory ten times a second until it is stopped; then its figures may be read. */
final class ResidentSampler {

    private static final long EVERY_MILLIS = 100;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> sampling;
    private final long pid;

    // The timer's thread, and whoever stopped it afterwards.
    private long most;
    private double sum;
    private long samples;

    ResidentSampler(long pid) {
        this.pid = pid;
        sampling = timer.scheduleAtFixedRate(this::sample, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sample() {
        try {
            long bytes = ProcessFigures.residentBytes(pid);
            most = Math.max(most, bytes);
            sum += (double) bytes;
            samples++;
        } catch (IOException ended) {
            timer.shutdown();
        }
    }

    void stop() throws InterruptedException {
        sampling.cancel(false);
        timer.shutdown();
        if (!timer.awaitTermination(1, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a sample of memory takes a second");
        }
    }

    long mostBytes() {
        return most;
    }

    double averageBytes() {
        return samples == 0 ? 0 : sum / (double) samples;
    }
}
