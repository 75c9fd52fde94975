package io.sluice.examples.top;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The text for one runtime, out of two looks at it. */
final class Screen {

    private static final int BAR = 40;

    private final Look before;
    private final Look now;
    private final StringBuilder text = new StringBuilder();

    private Screen(Look before, Look now) {
        this.before = before;
        this.now = now;
    }

    static String of(String name, Look before, Look now) {
        Screen screen = new Screen(before, now);
        screen.head(name);
        screen.workers();
        screen.polls();
        return screen.text.toString();
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private double perSecond(long beforeCount, long nowCount) {
        double seconds = (now.atNanos() - before.atNanos()) / 1e9;
        return seconds <= 0 ? 0 : (nowCount - beforeCount) / seconds;
    }

    private void head(String name) {
        line(
                "runtime %s %s: %,d tasks, %,.0f spawned/s, %,d timers, %,d sockets",
                name,
                now.text("Flavor"),
                now.number("AliveTasks"),
                perSecond(before.number("SpawnedTasks"), now.number("SpawnedTasks")),
                now.number("Timers"),
                now.number("IoRegistered") - now.number("IoDeregistered"));
        line(
                "queues: %,d from outside, %,d prioritized, %,d blocking; %d blocking threads, %d of them idle",
                now.number("InjectionDepth"),
                now.number("PrioritizedDepth"),
                now.number("BlockingDepth"),
                now.number("BlockingThreads"),
                now.number("IdleBlockingThreads"));
    }

    private void workers() {
        line(
                "%6s %6s %10s %6s %9s %9s %12s",
                "worker", "busy", "polls/s", "queue", "sleeps/s", "steals/s", "mean poll");
        long[] busy = now.numbers("WorkerBusyNanos");
        for (int i = 0; i < busy.length; i++) {
            line(
                    "%6d %5.0f%% %,10.0f %6d %,9.0f %,9.0f %9.1f us",
                    i + 1,
                    Math.min(100, rate("WorkerBusyNanos", i) / TimeUnit.SECONDS.toNanos(1) * 100),
                    rate("WorkerPolls", i),
                    now.numbers("WorkerLocalDepths")[i],
                    rate("WorkerParks", i),
                    rate("WorkerStealOperations", i),
                    now.numbers("WorkerMeanPollNanos")[i] / 1e3);
        }
    }

    private double rate(String figure, int worker) {
        return perSecond(before.numbers(figure)[worker], now.numbers(figure)[worker]);
    }

    /** How long polls took since the last look, in powers of four; nothing if nobody measures them. */
    private void polls() {
        long[] counts = now.numbers("PollNanosHistogram");
        long[] earlier = before.numbers("PollNanosHistogram");
        long[] bounds = now.numbers("HistogramBoundsNanos");
        long[] rows = new long[32];
        long most = 0;
        for (int i = 0; i < counts.length; i++) {
            int row = (63 - Long.numberOfLeadingZeros(Math.max(1, bounds[i]))) / 2;
            rows[row] += counts[i] - earlier[i];
            most = Math.max(most, rows[row]);
        }
        for (int row = 0; row < rows.length; row++) {
            if (rows[row] > 0) {
                String bar = "#".repeat((int) Math.max(1, BAR * rows[row] / most));
                line("  polls < %10s %,10d %s", time(1L << Math.min(62, 2 * row + 2)), rows[row], bar);
            }
        }
    }

    private static String time(long nanos) {
        if (nanos < 10_000) {
            return nanos + " ns";
        }
        return nanos < 10_000_000 ? nanos / 1_000 + " us" : nanos / 1_000_000 + " ms";
    }
}
