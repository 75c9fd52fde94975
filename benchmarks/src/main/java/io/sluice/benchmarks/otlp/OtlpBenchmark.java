package io.sluice.benchmarks.otlp;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * Times the work on OTLP bytes, one thread, and prints a table: CPU time an item, megabytes a second of CPU time,
 * allocated bytes an item. Median of the rounds, by the thread's own CPU time, so that a busy machine matters little.
 *
 * <p>Arguments are names of rows; none means all.
 */
public final class OtlpBenchmark {

    private static final long WARM_UP_NANOS = 3_000_000_000L;
    private static final long ROUND_NANOS = 200_000_000L;
    private static final int ROUNDS = 11;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private OtlpBenchmark() {}

    public static void main(String[] args) {
        List<Row> chosen = args.length == 0
                ? List.of(Row.values())
                : Arrays.stream(args).map(OtlpBenchmark::row).toList();
        System.out.println("# Java " + Runtime.version() + ", " + Row.ITEMS + " items a request");
        System.out.println("row ns/item MB/s B/item");
        OtlpBenchmark benchmark = new OtlpBenchmark();
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

    /** What one round took. */
    private record Round(double nanosPerItem, double megabytesPerSecond, double allocatedPerItem) {}

    private void run(Row row) {
        IntSupplier work = row.prepare();
        round(work, WARM_UP_NANOS);
        Round[] rounds = new Round[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = round(work, ROUND_NANOS);
        }
        Arrays.sort(rounds, (a, b) -> Double.compare(a.nanosPerItem(), b.nanosPerItem()));
        Round median = rounds[ROUNDS / 2];
        System.out.printf(
                Locale.ROOT,
                "%s %.1f %.0f %.1f%n",
                row.name().toLowerCase(Locale.ROOT),
                median.nanosPerItem(),
                median.megabytesPerSecond(),
                median.allocatedPerItem());
    }

    private Round round(IntSupplier work, long nanos) {
        long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadCpuTime();
        long bytes = 0;
        long runs = 0;
        long spentNanos = 0;
        while (spentNanos < nanos) {
            bytes += work.getAsInt();
            runs++;
            spentNanos = threads.getCurrentThreadCpuTime() - before;
        }
        double items = (double) runs * Row.ITEMS;
        long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
        return new Round(spentNanos / items, bytes * 1e3 / spentNanos, allocated / items);
    }
}
