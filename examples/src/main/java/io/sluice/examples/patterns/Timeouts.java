package io.sluice.examples.patterns;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.collect.JoinSet;
import io.sluice.runtime.stream.Stream;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.sync.CancellationToken.RunResult;
import io.sluice.runtime.sync.Notify;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Three things that are called a timeout, and what 100,000 of them cost: {@code ./sluice example timeouts}.
 *
 * <ul>
 *   <li>{@link #eachStep}: every step may take so long. The whole may take as many times that as there are steps.
 *   <li>{@link #whole}: all steps together may take so long, as a caller sees it.
 *   <li>{@link #idle}: there may be so long between one sign of life and the next. A transfer may take for ever, but not
 *       stand still.
 * </ul>
 */
public final class Timeouts {

    private Timeouts() {}

    /** Two steps, each with its own limit. */
    public static <A, B> Future<B> eachStep(
            Handle handle, Duration limit, Future<A> first, Futures.Step<A, Future<B>> second) {
        return Futures.andThen(handle.timeout(limit, first), value -> handle.timeout(limit, second.apply(value)));
    }

    /** Two steps under one deadline; the second has what the first left over. */
    public static <A, B> Future<B> whole(
            Handle handle, Duration limit, Future<A> first, Futures.Step<A, Future<B>> second) {
        return handle.timeout(limit, Futures.andThen(first, second));
    }

    /** A stream that must not stand still. */
    public static <T> Stream<T> idle(Handle handle, Duration limit, Stream<T> stream) {
        return stream.timeout(handle, limit);
    }

    /** What {@code count} tasks that wait for a word cost, if each waits at most a minute as {@code kind} says. */
    static long measureNanos(int count, Kind kind) throws Exception {
        Clock clock = Clock.system();
        try (AsyncRuntime runtime = AsyncRuntime.builder().build();
                JoinSet<Boolean> tasks = new JoinSet<>()) {
            Handle handle = runtime.handle();
            Notify word = new Notify();
            CancellationToken deadline = new CancellationToken();
            JoinHandle<Boolean> guard = handle.spawn(Futures.map(handle.sleep(Duration.ofMinutes(1)), nothing -> {
                deadline.cancel();
                return true;
            }));
            long startNanos = clock.nanoTime();
            for (int i = 0; i < count; i++) {
                Future<Boolean> waits = Futures.map(word.notified(), nothing -> true);
                tasks.spawn(handle, kind.limit(handle, deadline, waits));
            }
            word.notifyWaiters();
            int heard = 0;
            for (boolean inTime : runtime.blockOn(tasks.joinAll())) {
                heard += inTime ? 1 : 0;
            }
            long tookNanos = clock.nanoTime() - startNanos;
            guard.abort();
            if (heard != count || deadline.waiters() != 0) {
                throw new IllegalStateException(heard + " of " + count + " heard the word");
            }
            return tookNanos;
        }
    }

    /** Ways to end many waits in time. */
    enum Kind {
        /** None, for comparison. */
        NO_LIMIT,
        /** A timer for each wait: each has a deadline of its own. */
        TIMER_EACH,
        /** One timer that cancels a token, and each wait hears of that: all have the same deadline. */
        SHARED_DEADLINE;

        private Future<Boolean> limit(Handle handle, CancellationToken deadline, Future<Boolean> waits) {
            return switch (this) {
                case NO_LIMIT -> waits;
                case TIMER_EACH -> handle.timeout(Duration.ofMinutes(1), waits);
                case SHARED_DEADLINE ->
                    Futures.map(
                            deadline.runUntilCancelled(waits), ended -> ended instanceof RunResult.Completed<Boolean>);
            };
        }
    }

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
        for (int round = 0; round < 5; round++) {
            for (Kind kind : Kind.values()) {
                long nanos = measureNanos(count, kind);
                if (round == 4) { // the others warm up
                    System.out.printf("%,d waits, %-15s %4d ms%n", count, kind, TimeUnit.NANOSECONDS.toMillis(nanos));
                }
            }
        }
    }
}
