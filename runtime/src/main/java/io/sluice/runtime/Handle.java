package io.sluice.runtime;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.time.Interval;
import io.sluice.runtime.time.MissedTick;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A runtime as seen by the code that uses it: spawns tasks, makes timers, reaches the drivers.
 *
 * <p>All methods may be called from any thread, inside or outside the runtime, and also after its shutdown: a task
 * spawned then is cancelled at once and its handle says so.
 */
public interface Handle {

    /**
     * The runtime that the current thread is in: it polls, runs blocking work, is inside {@code blockOn} or entered it.
     *
     * @throws IllegalStateException if it is in none
     */
    static Handle current() {
        return tryCurrent()
                .orElseThrow(() -> new IllegalStateException("the thread "
                        + Thread.currentThread().getName()
                        + " is in no runtime; call this inside a task, inside blockOn, or after Handle.enter()"));
    }

    /** As {@link #current()}, empty if there is none. */
    static Optional<Handle> tryCurrent() {
        Context context = Current.context();
        return context == null ? Optional.empty() : Optional.ofNullable(context.handleOrNull());
    }

    /**
     * Makes this the runtime of {@link #current()} on the current thread until the result is closed, on the same thread
     * and in reverse order. It does not drive the runtime, and the thread may still wait.
     */
    default Entered enter() {
        Context outer = Current.swap(Context.entered(this));
        return () -> Current.swap(outer);
    }

    /** Ends what {@link #enter()} began. */
    @FunctionalInterface
    interface Entered extends AutoCloseable {
        @Override
        void close();
    }

    /** Which of the two kinds of runtime this is. */
    enum Flavor {
        CURRENT_THREAD,
        MULTI_THREAD
    }

    Flavor flavor();

    /** A number that no other runtime of this process has had. */
    long id();

    /** Starts {@code future} as a task. The runtime owns it from here on and cancels it if it does not end Ready. */
    <T> JoinHandle<T> spawn(Future<T> future);

    /** {@link #spawn(Future)} with a name. */
    <T> JoinHandle<T> spawn(TaskOptions options, Future<T> future);

    /**
     * Runs {@code work} on a thread that may wait. It sees the locals of who gave it away and this runtime as the
     * current one. Abort works only until the work has started.
     */
    <T> JoinHandle<T> spawnBlocking(Callable<T> work);

    /** A future that is ready once {@code duration} has passed; rounded up to a millisecond, never early. */
    Sleep sleep(Duration duration);

    /** Ticks at once and then every {@code period}; a tick missed by more than 5 ms is treated as {@code missed} says. */
    Interval interval(Duration period, MissedTick missed);

    /**
     * {@code future}, but failing with {@link java.util.concurrent.TimeoutException} when {@code duration} passes
     * first. The inner future is polled first, so a result that is there wins even against a timeout of zero.
     */
    <T> Future<T> timeout(Duration duration, Future<T> future);

    /** A future that is ready once the runtime's clock has reached {@code deadlineNanos}. */
    default Sleep sleepUntil(long deadlineNanos) {
        return timeDriver().sleepUntil(deadlineNanos);
    }

    /** Ticks when the runtime's clock has reached {@code firstNanos}, and then every {@code period}. */
    default Interval intervalAt(long firstNanos, Duration period, MissedTick missed) {
        return timeDriver().intervalAt(firstNanos, period, missed);
    }

    /** {@link #timeout} at a moment of the runtime's clock. */
    default <T> Future<T> timeoutAt(long deadlineNanos, Future<T> future) {
        return timeDriver().timeoutAt(deadlineNanos, future);
    }

    /**
     * The timers of this runtime; used by {@code runtime.time}.
     *
     * @throws IllegalStateException if the runtime was built without time
     */
    TimeDriver timeDriver();

    /**
     * The selector of this runtime; used by {@code runtime.net}.
     *
     * @throws IllegalStateException if the runtime was built without I/O
     */
    IoDriver ioDriver();
}
