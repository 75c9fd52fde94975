package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.scheduler.Hooks;
import io.sluice.runtime.scheduler.Parking;
import io.sluice.runtime.scheduler.SchedulerSettings;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link AsyncRuntime} is made; every setting has a default. Not for several threads at once. May be used for
 * several runtimes. Follows {@code tokio::runtime::Builder}.
 */
public final class RuntimeBuilder {

    // Tokio's figures.
    private static final int MAX_BLOCKING_THREADS = 512;
    private static final Duration BLOCKING_KEEP_ALIVE = Duration.ofSeconds(10);

    int workers = Runtime.getRuntime().availableProcessors();
    int maxBlockingThreads = MAX_BLOCKING_THREADS;
    Duration blockingKeepAlive = BLOCKING_KEEP_ALIVE;
    Clock clock = Clock.system();
    boolean io = true;
    boolean time = true;
    boolean spawnSites;

    /** Null for no watchdog. */
    @Nullable
    Duration longestPoll;

    Consumer<LongPoll> onLongPoll = found -> {};

    /** How threads sleep; simulations set another. */
    Parking parking = Parking.SYSTEM;

    private final ThreadMaker threads = new ThreadMaker();
    private int eventInterval = SchedulerSettings.EVENT_INTERVAL;
    private int injectionInterval = SchedulerSettings.SELF_TUNED;
    private boolean pollHistograms;
    private BiConsumer<String, Throwable> onUncaught = RuntimeBuilder::toThreadHandler;
    private long seed = 0x9E37_79B9_7F4A_7C15L;

    private @Nullable Runnable onThreadStart;
    private @Nullable Runnable onThreadStop;
    private @Nullable Runnable onPark;
    private @Nullable Runnable onUnpark;
    private @Nullable Consumer<TaskMeta> onTaskSpawn;
    private @Nullable Consumer<TaskMeta> beforePoll;
    private @Nullable Consumer<TaskMeta> afterPoll;
    private @Nullable Consumer<TaskMeta> onTaskEnd;
    private @Nullable Supplier<? extends WorkerProbe> probes;

    @Nullable
    LongConsumer onTimerLag;

    RuntimeBuilder() {}

    // ---- flavour and threads ----------------------------------------------------------------------------------

    /** Threads that poll tasks; by default as many as there are processors. */
    public RuntimeBuilder workerThreads(int count) {
        this.workers = atLeastOne("workerThreads", count);
        return this;
    }

    /** No threads: tasks run inside {@link AsyncRuntime#blockOn}. */
    public RuntimeBuilder currentThread() {
        this.workers = 0;
        return this;
    }

    /** What thread names begin with; then comes {@code -worker-} or {@code -blocking-} and a number. Default "sluice". */
    public RuntimeBuilder threadName(String prefix) {
        threads.prefix = requireNonNull(prefix, "prefix");
        threads.names = null;
        return this;
    }

    /** Names each thread of the runtime, workers and blocking, by the number of threads made before it. */
    public RuntimeBuilder threadNames(IntFunction<String> names) {
        threads.names = requireNonNull(names, "names");
        return this;
    }

    /** Stack of each thread, a wish as {@link Thread} has it. Default: the JVM's. */
    public RuntimeBuilder threadStackBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("threadStackBytes is " + bytes + "; allowed: at least 0");
        }
        threads.stackBytes = bytes;
        return this;
    }

    /** Whether the JVM may end while the runtime runs. Default true: a runtime that nobody closes holds up nobody. */
    public RuntimeBuilder daemonThreads(boolean daemon) {
        threads.daemon = daemon;
        return this;
    }

    /** Threads for work that waits, at the most; further work queues. Default 512. */
    public RuntimeBuilder maxBlockingThreads(int count) {
        this.maxBlockingThreads = atLeastOne("maxBlockingThreads", count);
        return this;
    }

    /** How long an idle blocking thread stays. Default 10 s. */
    public RuntimeBuilder blockingKeepAlive(Duration keepAlive) {
        this.blockingKeepAlive = requireNonNull(keepAlive, "keepAlive");
        return this;
    }

    // ---- drivers ----------------------------------------------------------------------------------------------

    public RuntimeBuilder clock(Clock monotonic) {
        this.clock = requireNonNull(monotonic, "monotonic");
        return this;
    }

    /** Whether to open a selector. Without one, streams cannot be used and workers sleep by parking. Default true. */
    public RuntimeBuilder enableIo(boolean enabled) {
        this.io = enabled;
        return this;
    }

    /** Whether there are timers. Without them sleeps, intervals and timeouts are refused. Default true. */
    public RuntimeBuilder enableTime(boolean enabled) {
        this.time = enabled;
        return this;
    }

    // ---- tuning -----------------------------------------------------------------------------------------------

    /** Turns after which a busy worker looks at timers and I/O. Default 61. */
    public RuntimeBuilder eventInterval(int turns) {
        this.eventInterval = atLeastOne("eventInterval", turns);
        return this;
    }

    /**
     * Turns after which a busy worker looks first for tasks that come from outside. By default a worker finds it out
     * itself, so that such a task waits about 200 us; 31 for a current-thread runtime.
     */
    public RuntimeBuilder globalQueueInterval(int turns) {
        this.injectionInterval = atLeastOne("globalQueueInterval", turns);
        return this;
    }

    /** Fixes the order in which workers look for tasks to steal, for tests that shall repeat. */
    public RuntimeBuilder seed(long value) {
        this.seed = value;
        return this;
    }

    // ---- watching ---------------------------------------------------------------------------------------------

    /**
     * Told of each failure that no join handle will show, with the task's name, on the thread where it happened.
     * By default it goes to that thread's uncaught exception handler.
     */
    public RuntimeBuilder onUncaught(BiConsumer<String, Throwable> hook) {
        this.onUncaught = requireNonNull(hook, "hook");
        return this;
    }

    /** On each new thread of the runtime, workers and blocking, before its work. */
    public RuntimeBuilder onThreadStart(Runnable hook) {
        this.onThreadStart = requireNonNull(hook, "hook");
        return this;
    }

    /** On each thread of the runtime, after its work. */
    public RuntimeBuilder onThreadStop(Runnable hook) {
        this.onThreadStop = requireNonNull(hook, "hook");
        return this;
    }

    /** On a worker that is about to sleep. Must be quick. */
    public RuntimeBuilder onThreadPark(Runnable hook) {
        this.onPark = requireNonNull(hook, "hook");
        return this;
    }

    /** On a worker that slept. Must be quick. */
    public RuntimeBuilder onThreadUnpark(Runnable hook) {
        this.onUnpark = requireNonNull(hook, "hook");
        return this;
    }

    /** On the spawning thread, before the task can run. */
    public RuntimeBuilder onTaskSpawn(Consumer<TaskMeta> hook) {
        this.onTaskSpawn = requireNonNull(hook, "hook");
        return this;
    }

    /** On the worker, before each poll. Must be quick. */
    public RuntimeBuilder onBeforeTaskPoll(Consumer<TaskMeta> hook) {
        this.beforePoll = requireNonNull(hook, "hook");
        return this;
    }

    /** On the worker, after each poll, also the last one. Must be quick. */
    public RuntimeBuilder onAfterTaskPoll(Consumer<TaskMeta> hook) {
        this.afterPoll = requireNonNull(hook, "hook");
        return this;
    }

    /** Where a task's future was released: once for each task that was spawned. */
    public RuntimeBuilder onTaskEnd(Consumer<TaskMeta> hook) {
        this.onTaskEnd = requireNonNull(hook, "hook");
        return this;
    }

    /**
     * One object for each worker, told of what it does, on its thread. Must be quick. Where nobody asks for it nothing is
     * done for it.
     */
    public RuntimeBuilder probes(Supplier<? extends WorkerProbe> makeProbe) {
        this.probes = requireNonNull(makeProbe, "makeProbe");
        return this;
    }

    /** How many nanoseconds late the earliest timer is, each time that one is due; on a worker. Must be quick. */
    public RuntimeBuilder onTimerLag(LongConsumer hook) {
        this.onTimerLag = requireNonNull(hook, "hook");
        return this;
    }

    /**
     * Measures how long each poll takes and how long each ready task waits for it. Costs three readings of the clock and
     * 8 bytes a task. Default false.
     */
    public RuntimeBuilder pollHistograms(boolean enabled) {
        this.pollHistograms = enabled;
        return this;
    }

    /** Notes for each task the line of code that spawned it; costs about a microsecond a spawn. Default false. */
    public RuntimeBuilder recordSpawnSites(boolean enabled) {
        this.spawnSites = enabled;
        return this;
    }

    /**
     * Reports each poll that holds a worker for longer than {@code limit}, once, with its stack, on a thread of its own.
     * Costs two readings of the clock a poll. Default: nobody watches. Without effect on a current-thread runtime.
     */
    public RuntimeBuilder watchdog(Duration limit, Consumer<LongPoll> report) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("the watchdog's limit is " + limit + "; allowed: more than 0");
        }
        this.longestPoll = limit;
        this.onLongPoll = requireNonNull(report, "report");
        return this;
    }

    /**
     * Makes and starts a runtime.
     *
     * @throws java.io.UncheckedIOException if there is no file descriptor left for the selector
     */
    public AsyncRuntime build() {
        return new AsyncRuntime(this);
    }

    // ---- for the runtime --------------------------------------------------------------------------------------

    boolean isCurrentThread() {
        return workers == 0;
    }

    boolean isWatched() {
        return longestPoll != null && !isCurrentThread();
    }

    SchedulerSettings schedulerSettings(ThreadMaker made) {
        return new SchedulerSettings(
                Math.max(1, workers),
                eventInterval,
                injectionInterval,
                seed,
                clock,
                pollHistograms,
                isWatched(),
                new Hooks(
                        onThreadStart,
                        onThreadStop,
                        onPark,
                        onUnpark,
                        onTaskSpawn,
                        beforePoll,
                        afterPoll,
                        probes,
                        onTaskEnd),
                parking,
                made::worker,
                onUncaught);
    }

    RuntimeHandle.Spawning spawning(SchedulerSettings settings) {
        Consumer<TaskMeta> hook = onTaskSpawn;
        return new RuntimeHandle.Spawning(
                pollHistograms, spawnSites, hook == null ? null : task -> settings.tell(hook, task));
    }

    /** A copy: what the builder is told later does not reach a runtime that was made. */
    ThreadMaker threads() {
        return threads.copy();
    }

    private static int atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: at least 1");
        }
        return value;
    }

    private static void toThreadHandler(String task, Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler()
                .uncaughtException(thread, new IllegalStateException("task " + task + " failed", failure));
    }
}
