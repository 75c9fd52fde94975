package io.sluice.benchmarks.runtime;

import com.sun.management.ThreadMXBean;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.time.Clock;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times rows of WORKLOADS part A and prints a table: first run, median and least of the steady runs, allocated bytes
 * per operation over all threads.
 *
 * <p>Arguments are names of rows; none means all. One runtime with two workers serves all runs of a row.
 */
public final class RuntimeBenchmark {

    private static final int STEADY_RUNS = 15;

    private final Clock clock = Clock.system();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private RuntimeBenchmark() {}

    public static void main(String[] rows) throws Exception {
        List<Row> chosen = rows.length == 0
                ? List.of(Row.values())
                : Arrays.stream(rows).map(RuntimeBenchmark::row).toList();
        System.out.println("# Java " + Runtime.version() + ", 2 workers");
        System.out.println("row first median min unit B/op");
        RuntimeBenchmark benchmark = new RuntimeBenchmark();
        for (Row row : chosen) {
            benchmark.run(row);
        }
    }

    private static Row row(String name) {
        try {
            return Row.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "no row is called " + name + "; there are " + Arrays.toString(Row.values()), e);
        }
    }

    private void run(Row row) throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            double first = row.millis(runtime, clock);
            for (int i = 1; i < row.warmUpRuns(); i++) {
                row.millis(runtime, clock);
            }
            List<Double> steady = new ArrayList<>();
            long bytesBefore = allocatedBytes();
            for (int i = 0; i < STEADY_RUNS; i++) {
                steady.add(row.millis(runtime, clock));
            }
            long bytesPerRun = (allocatedBytes() - bytesBefore) / STEADY_RUNS;
            steady.sort(null);
            System.out.printf(
                    Locale.ROOT,
                    "%s %.3f %.3f %.3f ms %d%n",
                    row.name().toLowerCase(Locale.ROOT),
                    first,
                    steady.get(STEADY_RUNS / 2),
                    steady.get(0),
                    bytesPerRun / row.operations());
        }
    }

    private long allocatedBytes() {
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
