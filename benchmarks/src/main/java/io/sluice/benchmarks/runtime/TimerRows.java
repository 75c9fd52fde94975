package io.sluice.benchmarks.runtime;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.time.Clock;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** WORKLOADS g1 and g2: a million timers. */
final class TimerRows {

    static final int TIMERS = 1_000_000;

    private static final long SEED = 0x9E3779B97F4A7C15L;

    private TimerRows() {}

    /** Timers of 1 to 60 s are made, registered and cancelled; the milliseconds of each phase. */
    static double[] registerAndCancel(AsyncRuntime runtime, Clock clock) {
        Handle handle = runtime.handle();
        Random random = new Random();
        Sleep[] sleeps = new Sleep[TIMERS];
        Context cx = Context.of(Waker.NOOP);
        long[] nanos = new long[4];

        nanos[0] = clock.nanoTime();
        for (int i = 0; i < TIMERS; i++) {
            sleeps[i] = handle.sleep(Duration.ofMillis(random.upTo(60_000)));
        }
        nanos[1] = clock.nanoTime();
        for (Sleep sleep : sleeps) {
            sleep.pollElapsed(cx);
        }
        nanos[2] = clock.nanoTime();
        for (Sleep sleep : sleeps) {
            sleep.cancel();
        }
        nanos[3] = clock.nanoTime();
        if (handle.timeDriver().timers() != 0) {
            throw new AssertionError("timers are left");
        }
        return new double[] {millis(nanos[1] - nanos[0]), millis(nanos[2] - nanos[1]), millis(nanos[3] - nanos[2])};
    }

    /** Timers due within 100 ms of each other; the milliseconds from the first moment to the last wake, ideally 100. */
    static double fire(AsyncRuntime runtime, Clock clock) throws InterruptedException {
        Random random = new Random();
        long baseNanos = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
        LastWake lastWake = new LastWake(clock);
        Context cx = Context.of(lastWake);
        for (int i = 0; i < TIMERS; i++) {
            long deadlineNanos = baseNanos + TimeUnit.MILLISECONDS.toNanos(random.upTo(100));
            runtime.handle().timeDriver().sleepUntil(deadlineNanos).pollElapsed(cx);
        }
        if (clock.nanoTime() > baseNanos - TimeUnit.MILLISECONDS.toNanos(50)) {
            throw new IllegalStateException("this machine is too slow to register a million timers in 1.45 s");
        }
        lastWake.done.await();
        return millis(lastWake.atNanos - baseNanos);
    }

    /** As {@link #fire}, with a task for each timer; to the end of the last one. */
    static double fireTasks(AsyncRuntime runtime, Clock clock) throws Exception {
        Random random = new Random();
        long baseNanos = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(4000);
        AtomicInteger left = new AtomicInteger(TIMERS);
        LastEnd lastEnd = new LastEnd();
        for (int i = 0; i < TIMERS; i++) {
            long deadlineNanos = baseNanos + TimeUnit.MILLISECONDS.toNanos(random.upTo(100));
            Sleep sleep = runtime.handle().timeDriver().sleepUntil(deadlineNanos);
            runtime.handle().spawn(new Napping(sleep, left, clock, lastEnd)).detach();
        }
        if (clock.nanoTime() > baseNanos - TimeUnit.MILLISECONDS.toNanos(50)) {
            throw new IllegalStateException("this machine is too slow to spawn a million tasks in 3.95 s");
        }
        lastEnd.done.await();
        return millis(lastEnd.atNanos - baseNanos);
    }

    private static final class LastEnd {
        private final CountDownLatch done = new CountDownLatch(1);

        /** Written before {@link #done}. */
        private long atNanos;
    }

    private record Napping(Sleep sleep, AtomicInteger left, Clock clock, LastEnd end) implements Future<Void> {
        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            if (sleep.poll(cx).isPending()) {
                return Poll.pending();
            }
            if (left.decrementAndGet() == 0) {
                end.atNanos = clock.nanoTime();
                end.done.countDown();
            }
            return Poll.ready();
        }

        @Override
        public void cancel() {
            sleep.cancel();
        }
    }

    private static double millis(long nanos) {
        return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** The workload's xorshift. */
    private static final class Random {

        private long state = SEED;

        /** Uniform in 1..bound. */
        long upTo(long bound) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            return 1 + Long.remainderUnsigned(state, bound);
        }
    }

    /** Counts; woken only by the thread that holds the driver. */
    private static final class LastWake implements Waker {

        private final Clock clock;
        private final CountDownLatch done = new CountDownLatch(1);

        /** Guarded by this: the driver may change hands. */
        private int wakes;

        /** Written before {@link #done}. */
        private long atNanos;

        LastWake(Clock clock) {
            this.clock = clock;
        }

        @Override
        public synchronized void wake() {
            if (++wakes == TIMERS) {
                atNanos = clock.nanoTime();
                done.countDown();
            }
        }
    }
}
