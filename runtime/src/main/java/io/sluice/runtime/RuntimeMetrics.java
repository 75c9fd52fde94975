package io.sluice.runtime;

import java.util.List;

/**
 * A look at a running runtime; each figure is exact by itself, together they are not one moment. Counters begin at 0 and
 * only grow. Follows {@code tokio::runtime::RuntimeMetrics}, all of it.
 *
 * @param aliveTasks tasks that have not ended
 * @param spawnedTasks tasks that were spawned, blocking work not among them
 * @param injectionDepth ready tasks that no worker has taken yet
 * @param prioritizedDepth ready tasks that are urgent or background
 * @param remoteSchedules tasks that were queued from outside of the workers
 * @param workers one for each thread that polls; one alone for the current-thread flavour
 * @param blockingThreads threads of the blocking pool, at work or idle
 * @param idleBlockingThreads threads of the blocking pool that wait for work
 * @param blockingDepth blocking work that waits for a thread
 * @param timers timers that wait
 * @param io of the selector
 */
public record RuntimeMetrics(
        int aliveTasks,
        long spawnedTasks,
        int injectionDepth,
        int prioritizedDepth,
        long remoteSchedules,
        List<WorkerMetrics> workers,
        int blockingThreads,
        int idleBlockingThreads,
        int blockingDepth,
        int timers,
        IoMetrics io) {

    /**
     * A look at a selector; all 0 for a runtime without one.
     *
     * @param registered channels that were registered
     * @param deregistered channels of these that were taken off again
     * @param readyEvents events that were delivered
     */
    public record IoMetrics(long registered, long deregistered, long readyEvents) {

        public static final IoMetrics NONE = new IoMetrics(0, 0, 0);

        /** Channels registered now. */
        public int registrations() {
            return (int) (registered - deregistered);
        }
    }

    /** Ready tasks in the workers' own rings. */
    public int localDepth() {
        return workers.stream().mapToInt(WorkerMetrics::localDepth).sum();
    }

    /** Polls of all workers. */
    public long pollCount() {
        return workers.stream().mapToLong(WorkerMetrics::polls).sum();
    }

    /** How often workers went to sleep; an idle runtime adds none. */
    public long parkCount() {
        return workers.stream().mapToLong(WorkerMetrics::parks).sum();
    }

    /** How often a worker stole from another. */
    public long stealCount() {
        return workers.stream().mapToLong(WorkerMetrics::stealOperations).sum();
    }

    /** How long polls took, on all workers; empty unless built with poll histograms. */
    public HistogramSnapshot pollNanos() {
        return workers.stream()
                .map(WorkerMetrics::pollNanos)
                .reduce(HistogramSnapshot.empty(), HistogramSnapshot::plus);
    }

    /** How long ready tasks waited for a poll, on all workers; empty unless built with poll histograms. */
    public HistogramSnapshot waitNanos() {
        return workers.stream()
                .map(WorkerMetrics::waitNanos)
                .reduce(HistogramSnapshot.empty(), HistogramSnapshot::plus);
    }
}
