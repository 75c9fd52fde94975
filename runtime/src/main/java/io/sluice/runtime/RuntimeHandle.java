package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.scheduler.BlockingPool;
import io.sluice.runtime.scheduler.Scheduler;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.time.Interval;
import io.sluice.runtime.time.MissedTick;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Handle}: passes on to the parts of its runtime. */
final class RuntimeHandle implements Handle {

    private static final String UNNAMED = "task";

    private final Scheduler scheduler;
    private final BlockingPool blocking;
    private final TimeDriver time;
    private final @Nullable IoDriver io;

    RuntimeHandle(Scheduler scheduler, BlockingPool blocking, TimeDriver time, @Nullable IoDriver io) {
        this.scheduler = scheduler;
        this.blocking = blocking;
        this.time = time;
        this.io = io;
    }

    @Override
    public <T> JoinHandle<T> spawn(Future<T> future) {
        return spawnNamed(UNNAMED, future);
    }

    @Override
    public <T> JoinHandle<T> spawn(TaskOptions options, Future<T> future) {
        return spawnNamed(options.name(), future);
    }

    private <T> JoinHandle<T> spawnNamed(String name, Future<T> future) {
        Task<T> task = new Task<>(scheduler, name, future);
        scheduler.spawn(task);
        return task;
    }

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> work) {
        requireNonNull(work, "work");
        Task<T> task = new Task<>(blocking, "blocking", cx -> Poll.ready(work.call()));
        blocking.spawn(task);
        return task;
    }

    @Override
    public Sleep sleep(Duration duration) {
        return time.sleep(duration);
    }

    @Override
    public Interval interval(Duration period, MissedTick missed) {
        return time.interval(period, missed);
    }

    @Override
    public <T> Future<T> timeout(Duration duration, Future<T> future) {
        return time.timeout(duration, future);
    }

    @Override
    public TimeDriver timeDriver() {
        return time;
    }

    @Override
    public IoDriver ioDriver() {
        if (io == null) {
            throw new IllegalStateException("this runtime was built without I/O; see Builder.enableIo");
        }
        return io;
    }
}
