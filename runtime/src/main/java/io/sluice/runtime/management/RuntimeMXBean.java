package io.sluice.runtime.management;

/**
 * The figures of one runtime. Those of workers are arrays, one place for each worker; times are nanoseconds. What each
 * means is said at {@link io.sluice.runtime.RuntimeMetrics} and {@link io.sluice.runtime.WorkerMetrics}.
 */
public interface RuntimeMXBean {

    String getFlavor();

    int getAliveTasks();

    long getSpawnedTasks();

    int getInjectionDepth();

    int getPrioritizedDepth();

    long getRemoteSchedules();

    int getBlockingThreads();

    int getIdleBlockingThreads();

    int getBlockingDepth();

    int getTimers();

    long getIoRegistered();

    long getIoDeregistered();

    long getIoReadyEvents();

    int[] getWorkerLocalDepths();

    long[] getWorkerPolls();

    long[] getWorkerLocalSchedules();

    long[] getWorkerParks();

    long[] getWorkerParkUnparks();

    long[] getWorkerNoops();

    long[] getWorkerStolenTasks();

    long[] getWorkerStealOperations();

    long[] getWorkerOverflows();

    long[] getWorkerForcedYields();

    long[] getWorkerBusyNanos();

    long[] getWorkerMeanPollNanos();

    /** The median of all polls; 0 unless the runtime was built with poll histograms, as the three that follow. */
    long getPollNanosP50();

    long getPollNanosP99();

    long getWaitNanosP50();

    long getWaitNanosP99();

    /** How many polls were of each size, beside {@link #getHistogramBoundsNanos}. */
    long[] getPollNanosHistogram();

    /** How many waits of ready tasks were of each size. */
    long[] getWaitNanosHistogram();

    /** The largest value that belongs to each place of the histograms. */
    long[] getHistogramBoundsNanos();

    /** What every task waits for, as text; see {@link io.sluice.runtime.AsyncRuntime#dump}. */
    String dumpTasks() throws InterruptedException;
}
