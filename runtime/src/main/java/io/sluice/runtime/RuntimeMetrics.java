package io.sluice.runtime;

/**
 * A look at a running runtime; each figure is exact by itself, together they are not one moment.
 *
 * @param workers threads that poll tasks; 1 for the current-thread flavour
 * @param aliveTasks tasks that have not ended
 * @param injectionDepth ready tasks that no worker has taken yet
 * @param localDepth ready tasks in the workers' own queues
 * @param pollCount polls of tasks so far
 * @param parkCount how often workers went to sleep so far; an idle runtime adds none
 * @param stealCount how often a worker stole from another so far
 * @param blockingThreads threads of the blocking pool, at work or idle
 * @param idleBlockingThreads threads of the blocking pool that wait for work
 * @param blockingDepth blocking work that waits for a thread
 * @param timers timers that wait
 * @param registrations channels registered with the selector
 */
public record RuntimeMetrics(
        int workers,
        int aliveTasks,
        int injectionDepth,
        int localDepth,
        long pollCount,
        long parkCount,
        long stealCount,
        int blockingThreads,
        int idleBlockingThreads,
        int blockingDepth,
        int timers,
        int registrations) {}
