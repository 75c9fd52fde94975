package io.sluice.benchmarks.runtime;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.time.Clock;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Our side of the comparison, in a process of its own: {@code [--quick] [row...]}, prints a line for each figure as
 * {@code benchmarks/tokio} does: name, first run, median, best, unit; and behind these allocated bytes and CPU
 * nanoseconds per operation, over all threads.
 *
 * <p>A row is warmed up for at least 20 runs and until the JIT has had time, then timed for at least 7. One runtime with
 * two workers serves all runs of a row.
 */
public final class RuntimeRows {

    private final Clock clock = Clock.system();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final boolean quick;

    private RuntimeRows(boolean quick) {
        this.quick = quick;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = rows.remove("--quick");
        RuntimeRows all = new RuntimeRows(quick);
        for (Row row : Row.values()) {
            if (rows.isEmpty() || rows.contains(row.name().toLowerCase(Locale.ROOT))) {
                all.run(row);
            }
        }
    }

    private void run(Row row) throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            List<double[]> warmUp = new ArrayList<>();
            measure(row, runtime, warmUp, row.isLong() ? (quick ? 1 : 2) : 20, warmUpNanos(row));
            List<double[]> runs = new ArrayList<>();
            long bytes = allocatedBytes();
            long cpuNanos = system.getProcessCpuTime();
            measure(
                    row,
                    runtime,
                    runs,
                    row.isLong() && quick ? 2 : 7,
                    TimeUnit.MILLISECONDS.toNanos(quick ? 100 : 1500));
            bytes = allocatedBytes() - bytes;
            cpuNanos = system.getProcessCpuTime() - cpuNanos;
            long operations = (long) row.operations() * runs.size();
            String behind = operations == 0 ? "- -" : bytes / operations + " " + cpuNanos / operations;
            Figure.print(row.figures(), warmUp.get(0), runs, behind);
        }
    }

    private long warmUpNanos(Row row) {
        return row.isLong() ? 0 : TimeUnit.MILLISECONDS.toNanos(quick ? 700 : 4000);
    }

    private void measure(Row row, AsyncRuntime runtime, List<double[]> into, int atLeast, long nanos) throws Exception {
        long startNanos = clock.nanoTime();
        while (into.size() < atLeast || clock.nanoTime() - startNanos < nanos) {
            into.add(row.measure(runtime, clock));
        }
    }

    private long allocatedBytes() {
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
