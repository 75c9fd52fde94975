package io.sluice.runtime;

/**
 * A look at a running runtime; each figure is exact by itself, together they are not one moment.
 *
 * @param aliveTasks tasks that have not ended
 * @param injectionDepth ready tasks that no worker has taken yet
 * @param parkCount how often workers went to sleep so far; an idle runtime adds none
 * @param stealCount how often a worker stole from another so far
 * @param blockingThreads threads of the blocking pool, at work or idle
 * @param timers timers that wait
 * @param registrations channels registered with the selector
 */
public record RuntimeMetrics(
        int aliveTasks,
        int injectionDepth,
        long parkCount,
        long stealCount,
        int blockingThreads,
        int timers,
        int registrations) {}
