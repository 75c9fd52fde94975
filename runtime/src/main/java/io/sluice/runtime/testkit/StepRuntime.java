package io.sluice.runtime.testkit;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A runtime on the test's own thread with a clock that the test moves: tasks run while the test is inside one of these
 * methods and at no other time, so that "not yet" can be asserted without waiting.
 *
 * <p>Failures of tasks that nobody joined are kept and thrown by {@link #close}.
 */
public final class StepRuntime implements AutoCloseable {

    /** In each turn every task that is ready runs once; no step of a test is a longer chain of tasks than this. */
    private static final int TURNS = 100;

    private static final int MAX_TURNS = 2_000_000;

    private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    private final ManualClock clock = new ManualClock();
    private final AsyncRuntime runtime = AsyncRuntime.builder()
            .currentThread()
            .clock(clock)
            .enableIo(false)
            .onUncaught((task, thrown) -> uncaught.add(thrown))
            .build();

    public Handle handle() {
        return runtime.handle();
    }

    public ManualClock clock() {
        return clock;
    }

    public AsyncRuntime runtime() {
        return runtime;
    }

    /** Lets every task run until it waits for time or for the test. */
    public void run() {
        yieldUntil(TURNS, () -> false);
    }

    /** Lets tasks run until {@code condition} holds; fails if that never comes. */
    public void runUntil(BooleanSupplier condition) {
        if (!yieldUntil(MAX_TURNS, condition)) {
            throw new AssertionError("the condition did not come to hold without time passing");
        }
    }

    /** Moves the clock in steps of {@code step}, letting tasks run after each, for {@code total} in all. */
    public void advance(Duration total, Duration step) {
        for (long passed = 0; passed < total.toNanos(); passed += step.toNanos()) {
            clock.advanceNanos(Math.min(step.toNanos(), total.toNanos() - passed));
            run();
        }
    }

    /** Moves the clock once and lets tasks run. */
    public void advance(Duration duration) {
        clock.advance(duration);
        run();
    }

    /** Starts {@code future} as a task; its result can be looked at when it is there. */
    public <T> Watched<T> watch(Future<T> future) {
        Watched<T> watched = new Watched<>(future);
        handle().spawn(watched).detach();
        run();
        return watched;
    }

    private boolean yieldUntil(int maxTurns, BooleanSupplier condition) {
        try {
            return runtime.blockOn(new Future<Boolean>() {
                private int turns;

                @Override
                public Poll<Boolean> poll(Context cx) {
                    if (condition.getAsBoolean()) {
                        return Poll.ready(true);
                    }
                    if (turns++ == maxTurns) {
                        return Poll.ready(false);
                    }
                    cx.waker().wake();
                    return Poll.pending();
                }
            });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What tasks that nobody joined failed with so far. */
    public List<Throwable> uncaught() {
        return List.copyOf(uncaught);
    }

    /** Forgets the failures so far, which the test expected. */
    public void forgetUncaught() {
        uncaught.clear();
    }

    /** Ends the runtime; fails if a task failed. */
    @Override
    public void close() {
        runtime.close();
        Throwable first = uncaught.peek();
        if (first != null) {
            throw new AssertionError("a task failed", first);
        }
    }

    /**
     * A future whose result can be asked for between steps. Test's thread only.
     *
     * @param <T> the result
     */
    public static final class Watched<T> implements Future<Void> {

        private final Future<T> inner;
        private @Nullable Poll<T> result;

        private Watched(Future<T> inner) {
            this.inner = inner;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            Poll<T> polled = inner.poll(cx);
            if (polled.isPending()) {
                return Poll.pending();
            }
            result = polled;
            return Poll.ready();
        }

        @Override
        public void cancel() {
            inner.cancel();
        }

        public boolean isEnded() {
            return result != null;
        }

        /** The result; fails if there is none yet. */
        public T value() {
            if (result == null) {
                throw new AssertionError("not ended yet");
            }
            return result.get();
        }
    }
}
