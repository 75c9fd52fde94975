package io.sluice.runtime.scheduler;

/**
 * A look at a running scheduler; each figure is exact by itself, together they are not one moment.
 *
 * @param workers threads that poll tasks
 * @param aliveTasks tasks that have not ended
 * @param injectionDepth ready tasks that no worker has taken yet
 * @param localDepth ready tasks in the workers' own rings
 * @param pollCount polls of tasks so far
 * @param parkCount how often workers went to sleep so far; an idle runtime adds none
 * @param stealCount how often a worker stole from another so far
 */
public record SchedulerMetrics(
        int workers,
        int aliveTasks,
        int injectionDepth,
        int localDepth,
        long pollCount,
        long parkCount,
        long stealCount) {}
