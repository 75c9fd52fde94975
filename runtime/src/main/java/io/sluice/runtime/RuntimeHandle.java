package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.scheduler.BlockingPool;
import io.sluice.runtime.scheduler.Scheduler;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import io.sluice.runtime.task.TimedTask;
import io.sluice.runtime.time.Interval;
import io.sluice.runtime.time.MissedTick;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link Handle}: passes on to the parts of its runtime. */
final class RuntimeHandle implements Handle {

    private static final AtomicLong IDS = new AtomicLong();

    /**
     * How tasks are made.
     *
     * @param timed whether tasks remember when they became ready
     * @param spawnSites whether to note the line that spawns
     * @param onSpawn told of each, before it can run; must not throw
     */
    record Spawning(
            boolean timed, boolean spawnSites, @Nullable Consumer<TaskMeta> onSpawn) {}

    private final long id = IDS.incrementAndGet();
    private final Flavor flavor;
    private final Spawning spawning;
    private final Scheduler scheduler;
    private final BlockingPool blocking;
    private final @Nullable TimeDriver time;
    private final @Nullable IoDriver io;
    private final LongAdder spawned = new LongAdder();

    RuntimeHandle(
            Flavor flavor,
            Spawning spawning,
            Scheduler scheduler,
            BlockingPool blocking,
            @Nullable TimeDriver time,
            @Nullable IoDriver io) {
        this.flavor = flavor;
        this.spawning = spawning;
        this.scheduler = scheduler;
        this.blocking = blocking;
        this.time = time;
        this.io = io;
    }

    @Override
    public Flavor flavor() {
        return flavor;
    }

    @Override
    public long id() {
        return id;
    }

    /** Tasks spawned so far. */
    long spawned() {
        return spawned.sum();
    }

    // ---- tasks ------------------------------------------------------------------------------------------------

    @Override
    public <T> JoinHandle<T> spawn(Future<T> future) {
        Locals locals = Current.locals();
        boolean plain = locals == null && !spawning.spawnSites();
        return start(plain ? TaskInfo.unnamed() : info("task", Priority.NORMAL, locals), future);
    }

    @Override
    public <T> JoinHandle<T> spawn(TaskOptions options, Future<T> future) {
        return start(info(options.name(), options.priority(), Current.locals()), future);
    }

    private TaskInfo info(String name, Priority priority, @Nullable Locals locals) {
        return new TaskInfo(name, priority, locals, spawning.spawnSites() ? SpawnSite.find() : null);
    }

    private <T> JoinHandle<T> start(TaskInfo info, Future<T> future) {
        Task<T> task =
                spawning.timed() ? new TimedTask<>(scheduler, info, future) : new Task<>(scheduler, info, future);
        spawned.increment();
        Consumer<TaskMeta> onSpawn = spawning.onSpawn();
        if (onSpawn != null) {
            onSpawn.accept(task.meta());
        }
        scheduler.spawn(task);
        return task;
    }

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> work) {
        requireNonNull(work, "work");
        TaskInfo info = info("blocking", Priority.NORMAL, Current.locals());
        Task<T> task = new Task<>(blocking, info, cx -> Poll.ready(work.call()));
        blocking.spawn(task);
        return task;
    }

    // ---- time and I/O -----------------------------------------------------------------------------------------

    @Override
    public Sleep sleep(Duration duration) {
        return timeDriver().sleep(duration);
    }

    @Override
    public Interval interval(Duration period, MissedTick missed) {
        return timeDriver().interval(period, missed);
    }

    @Override
    public <T> Future<T> timeout(Duration duration, Future<T> future) {
        return timeDriver().timeout(duration, future);
    }

    @Override
    public TimeDriver timeDriver() {
        if (time == null) {
            throw new IllegalStateException("this runtime was built without time; see RuntimeBuilder.enableTime");
        }
        return time;
    }

    @Override
    public IoDriver ioDriver() {
        if (io == null) {
            throw new IllegalStateException("this runtime was built without I/O; see RuntimeBuilder.enableIo");
        }
        return io;
    }
}
