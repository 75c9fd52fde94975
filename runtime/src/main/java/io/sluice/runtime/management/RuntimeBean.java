package io.sluice.runtime.management;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.HistogramSnapshot;
import io.sluice.runtime.RuntimeMetrics;
import io.sluice.runtime.TaskDump;
import io.sluice.runtime.WorkerMetrics;
import java.time.Duration;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Shows a runtime over JMX as {@code io.sluice.runtime:type=Runtime,name=...}, until it is closed.
 *
 * <p>Reading takes a fresh look each time and costs the runtime nothing in between. The bean keeps the runtime alive:
 * close it first. Any thread.
 */
public final class RuntimeBean extends RegisteredBean implements RuntimeMXBean {

    private static final Duration DUMP_LIMIT = Duration.ofSeconds(2);

    private final AsyncRuntime runtime;

    private RuntimeBean(AsyncRuntime runtime, String name) {
        super("io.sluice.runtime", "Runtime", name);
        this.runtime = runtime;
    }

    /**
     * Registers {@code runtime} with the JVM's own server.
     *
     * @param name distinguishes the runtimes of one JVM
     * @throws IllegalStateException if another bean has that name
     */
    public static RuntimeBean register(AsyncRuntime runtime, String name) {
        requireNonNull(runtime, "runtime");
        RuntimeBean bean = new RuntimeBean(runtime, name);
        bean.register();
        return bean;
    }

    private RuntimeMetrics now() {
        return runtime.metrics();
    }

    private long[] each(ToLongFunction<WorkerMetrics> figure) {
        return now().workers().stream().mapToLong(figure).toArray();
    }

    private static long[] buckets(LongUnaryOperator figure) {
        return IntStream.range(0, HistogramSnapshot.BUCKETS)
                .mapToLong(figure::applyAsLong)
                .toArray();
    }

    private static long[] counts(HistogramSnapshot histogram) {
        return buckets(bucket -> histogram.count((int) bucket));
    }

    @Override
    public String getFlavor() {
        return runtime.handle().flavor().name();
    }

    @Override
    public int getAliveTasks() {
        return now().aliveTasks();
    }

    @Override
    public long getSpawnedTasks() {
        return now().spawnedTasks();
    }

    @Override
    public int getInjectionDepth() {
        return now().injectionDepth();
    }

    @Override
    public int getPrioritizedDepth() {
        return now().prioritizedDepth();
    }

    @Override
    public long getRemoteSchedules() {
        return now().remoteSchedules();
    }

    @Override
    public int getBlockingThreads() {
        return now().blockingThreads();
    }

    @Override
    public int getIdleBlockingThreads() {
        return now().idleBlockingThreads();
    }

    @Override
    public int getBlockingDepth() {
        return now().blockingDepth();
    }

    @Override
    public int getTimers() {
        return now().timers();
    }

    @Override
    public long getIoRegistered() {
        return now().io().registered();
    }

    @Override
    public long getIoDeregistered() {
        return now().io().deregistered();
    }

    @Override
    public long getIoReadyEvents() {
        return now().io().readyEvents();
    }

    @Override
    public int[] getWorkerLocalDepths() {
        return now().workers().stream().mapToInt(WorkerMetrics::localDepth).toArray();
    }

    @Override
    public long[] getWorkerPolls() {
        return each(WorkerMetrics::polls);
    }

    @Override
    public long[] getWorkerLocalSchedules() {
        return each(WorkerMetrics::localSchedules);
    }

    @Override
    public long[] getWorkerParks() {
        return each(WorkerMetrics::parks);
    }

    @Override
    public long[] getWorkerParkUnparks() {
        return each(WorkerMetrics::parkUnparks);
    }

    @Override
    public long[] getWorkerNoops() {
        return each(WorkerMetrics::noops);
    }

    @Override
    public long[] getWorkerStolenTasks() {
        return each(WorkerMetrics::stolenTasks);
    }

    @Override
    public long[] getWorkerStealOperations() {
        return each(WorkerMetrics::stealOperations);
    }

    @Override
    public long[] getWorkerOverflows() {
        return each(WorkerMetrics::overflows);
    }

    @Override
    public long[] getWorkerForcedYields() {
        return each(WorkerMetrics::forcedYields);
    }

    @Override
    public long[] getWorkerBusyNanos() {
        return each(WorkerMetrics::busyNanos);
    }

    @Override
    public long[] getWorkerMeanPollNanos() {
        return each(WorkerMetrics::meanPollNanos);
    }

    @Override
    public long getPollNanosP50() {
        return now().pollNanos().quantileNanos(0.5);
    }

    @Override
    public long getPollNanosP99() {
        return now().pollNanos().quantileNanos(0.99);
    }

    @Override
    public long getWaitNanosP50() {
        return now().waitNanos().quantileNanos(0.5);
    }

    @Override
    public long getWaitNanosP99() {
        return now().waitNanos().quantileNanos(0.99);
    }

    @Override
    public long[] getPollNanosHistogram() {
        return counts(now().pollNanos());
    }

    @Override
    public long[] getWaitNanosHistogram() {
        return counts(now().waitNanos());
    }

    @Override
    public long[] getHistogramBoundsNanos() {
        return buckets(bucket -> HistogramSnapshot.upperBoundNanos((int) bucket));
    }

    @Override
    public String dumpTasks() throws InterruptedException {
        return runtime.dump(DUMP_LIMIT).stream()
                .map(TaskDump::toString)
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
