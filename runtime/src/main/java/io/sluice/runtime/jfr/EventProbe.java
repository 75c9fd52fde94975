package io.sluice.runtime.jfr;

import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.WorkerProbe;
import org.jspecify.annotations.Nullable;

/** Writes the events of one worker. Its thread only. */
final class EventProbe implements WorkerProbe {

    private @Nullable LongPollEvent poll;
    private @Nullable WorkerParkEvent park;

    @Override
    public void pollBegins(TaskMeta task) {
        LongPollEvent event = new LongPollEvent();
        if (event.isEnabled()) {
            event.begin();
            poll = event;
        }
    }

    @Override
    public void pollEnds(TaskMeta task) {
        LongPollEvent event = poll;
        if (event != null) {
            poll = null;
            event.end();
            if (event.shouldCommit()) {
                event.task = task.id();
                event.name = task.name();
                event.commit();
            }
        }
    }

    @Override
    public void parks() {
        WorkerParkEvent event = new WorkerParkEvent();
        if (event.isEnabled()) {
            event.begin();
            park = event;
        }
    }

    @Override
    public void unparks() {
        WorkerParkEvent event = park;
        if (event != null) {
            park = null;
            event.commit();
        }
    }

    @Override
    public void stole(int tasks) {
        StealEvent event = new StealEvent();
        event.tasks = tasks;
        event.commit();
    }
}
