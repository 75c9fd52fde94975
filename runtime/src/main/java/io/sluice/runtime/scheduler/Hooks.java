package io.sluice.runtime.scheduler;

import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.WorkerProbe;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime's owner wants to be told of, null where nothing. Hooks run on the runtime's own threads, in the middle
 * of its work: they must be quick and must not wait. What they throw is reported and changes nothing.
 *
 * @param threadStart on each new thread of the runtime, workers and blocking, before its work
 * @param threadStop on each thread of the runtime, after its work
 * @param park on a worker that is about to sleep
 * @param unpark on a worker that slept
 * @param taskSpawn on the spawning thread, before the task can run
 * @param beforePoll on the worker
 * @param afterPoll on the worker, also after the poll that ended the task
 * @param probes makes one for each worker
 * @param taskEnd where the task's future was released, once for each task that was spawned
 */
public record Hooks(
        @Nullable Runnable threadStart,
        @Nullable Runnable threadStop,
        @Nullable Runnable park,
        @Nullable Runnable unpark,
        @Nullable Consumer<TaskMeta> taskSpawn,
        @Nullable Consumer<TaskMeta> beforePoll,
        @Nullable Consumer<TaskMeta> afterPoll,
        @Nullable Supplier<? extends WorkerProbe> probes,
        @Nullable Consumer<TaskMeta> taskEnd) {

    public static final Hooks NONE = new Hooks(null, null, null, null, null, null, null, null, null);

    boolean watchPolls() {
        return beforePoll != null || afterPoll != null;
    }
}
