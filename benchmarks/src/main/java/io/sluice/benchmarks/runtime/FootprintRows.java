package io.sluice.benchmarks.runtime;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.time.Clock;
import io.sluice.runtime.time.Sleep;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the runtime takes when it does nothing, and whether its costs grow with numbers: bytes of a million timers and of
 * a million sleeping tasks, context switches while 100 tasks wait, nanoseconds per task and per message from a thousand
 * to a million; and what an echo costs with its two ends on one processor or on two. In a process of its own for each
 * row: {@code timer_mem|task_mem|idle|flat|echo}.
 *
 * <p>Bytes are live heap after a collection, as against the resident set that the Tokio program reports: a Java heap is
 * as large as it was told to be.
 */
public final class FootprintRows {

    private static final int MILLION = 1_000_000;
    private static final Duration LONG = Duration.ofHours(1);

    private FootprintRows() {}

    public static void main(String[] rows) throws Exception {
        if (rows[0].equals("echo")) {
            EchoPlacement.print();
            return;
        }
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            switch (rows[0]) {
                case "timer_mem" -> print("timer_mem", timerBytes(runtime), "B");
                case "task_mem" -> print("task_mem", taskBytes(runtime), "B");
                case "idle" -> print("idle", idleSwitches(runtime), "switches/5s");
                case "flat" -> flat(runtime);
                default ->
                    throw new IllegalArgumentException(
                            "row is " + rows[0] + "; allowed: timer_mem, task_mem, idle, flat, echo");
            }
        }
    }

    static void print(String name, double value, String unit) {
        System.out.printf(Locale.ROOT, "%s %.3f %.3f %.3f %s - -%n", name, value, value, value, unit);
    }

    private static double timerBytes(AsyncRuntime runtime) {
        Sleep[] sleeps = new Sleep[MILLION];
        long before = liveHeap();
        Context cx = Context.of(Waker.NOOP);
        for (int i = 0; i < MILLION; i++) {
            sleeps[i] = runtime.handle().sleep(LONG.plusMillis(i % 60_000));
            sleeps[i].pollElapsed(cx);
        }
        double bytes = (liveHeap() - before) / (double) MILLION;
        for (Sleep sleep : sleeps) {
            sleep.cancel();
        }
        return bytes + Long.BYTES / 2.0; // the place in the array
    }

    private static double taskBytes(AsyncRuntime runtime) {
        long before = liveHeap();
        for (int i = 0; i < MILLION; i++) {
            runtime.handle().spawn(runtime.handle().sleep(LONG)).detach();
        }
        while (runtime.metrics().timers() < MILLION) {
            Thread.onSpinWait();
        }
        return (liveHeap() - before) / (double) MILLION;
    }

    private static long liveHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Switches that the runtime's threads made of their own will. */
    private static double idleSwitches(AsyncRuntime runtime) throws Exception {
        for (int i = 0; i < 100; i++) {
            runtime.handle().spawn(runtime.handle().sleep(LONG)).detach();
        }
        Thread.sleep(500);
        long before = switches();
        Thread.sleep(5000);
        return switches() - before;
    }

    private static long switches() throws IOException {
        long sum = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).startsWith("sluice-")) {
                    sum += Files.readAllLines(thread.resolve("status")).stream()
                            .filter(line -> line.contains("ctxt_switches"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
                }
            }
        }
        return sum;
    }

    // ---- costs over numbers -----------------------------------------------------------------------------------

    private static void flat(AsyncRuntime runtime) throws Exception {
        Clock clock = Clock.system();
        for (int count : new int[] {1_000, 10_000, 100_000, MILLION}) {
            double task = Double.MAX_VALUE;
            double message = Double.MAX_VALUE;
            long endNanos = clock.nanoTime() + 1_500_000_000L;
            for (int run = 0; run < 3 || clock.nanoTime() - endNanos < 0; run++) {
                long start = clock.nanoTime();
                runtime.blockOn(new SpawnAndJoin(count));
                long spawned = clock.nanoTime();
                ChannelRows.manyToOne(runtime, 1000, 1, count);
                task = Math.min(task, (spawned - start) / (double) count);
                message = Math.min(message, (clock.nanoTime() - spawned) / (double) count);
            }
            print("task@" + count, task, "ns");
            print("message@" + count, message, "ns");
        }
    }

    private static final class SpawnAndJoin implements Future<Void> {
        private final List<JoinHandle<Void>> handles;
        private final int count;
        private int joined;

        SpawnAndJoin(int count) {
            this.count = count;
            this.handles = new ArrayList<>(count);
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            while (handles.size() < count) {
                handles.add(cx.handle().spawn(context -> Poll.ready()));
            }
            for (; joined < count; joined++) {
                if (handles.get(joined).poll(cx).isPending()) {
                    return Poll.pending();
                }
            }
            return Poll.ready();
        }
    }
}
