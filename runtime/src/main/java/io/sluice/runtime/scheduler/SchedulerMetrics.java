package io.sluice.runtime.scheduler;

import io.sluice.runtime.WorkerMetrics;
import java.util.List;

/**
 * A look at a running scheduler; each figure is exact by itself, together they are not one moment.
 *
 * @param aliveTasks tasks that have not ended
 * @param injectionDepth ready tasks that no worker has taken yet
 * @param prioritizedDepth ready tasks that are urgent or background
 * @param remoteSchedules tasks that were queued from outside of the workers
 * @param workers one for each thread that polls
 */
public record SchedulerMetrics(
        int aliveTasks, int injectionDepth, int prioritizedDepth, long remoteSchedules, List<WorkerMetrics> workers) {}
