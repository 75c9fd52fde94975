package io.sluice.exporter;

import io.sluice.runtime.Handle;
import java.util.concurrent.Executor;

/** Runs what may wait, such as a host's logging, on the runtime's blocking threads. After shutdown it runs nothing. */
final class Offload implements Executor {

    private final Handle handle;

    Offload(Handle handle) {
        this.handle = handle;
    }

    @Override
    public void execute(Runnable work) {
        handle.spawnBlocking(() -> {
                    work.run();
                    return true;
                })
                .detach();
    }
}
