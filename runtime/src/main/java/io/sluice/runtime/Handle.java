package io.sluice.runtime;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.time.Interval;
import io.sluice.runtime.time.MissedTick;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * A runtime as seen by the code that uses it: spawns tasks, makes timers, reaches the drivers.
 *
 * <p>All methods may be called from any thread, inside or outside the runtime, and also after its shutdown: a task
 * spawned then is cancelled at once and its handle says so.
 */
public interface Handle {

    /** Starts {@code future} as a task. The runtime owns it from here on and cancels it if it does not end Ready. */
    <T> JoinHandle<T> spawn(Future<T> future);

    /** {@link #spawn(Future)} with a name. */
    <T> JoinHandle<T> spawn(TaskOptions options, Future<T> future);

    /**
     * Runs {@code work} on a thread that may wait. Abort works only until the work has started.
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

    /** The timers of this runtime; used by {@code runtime.time}. */
    TimeDriver timeDriver();

    /**
     * The selector of this runtime; used by {@code runtime.net}.
     *
     * @throws IllegalStateException if the runtime was built without I/O
     */
    IoDriver ioDriver();
}
