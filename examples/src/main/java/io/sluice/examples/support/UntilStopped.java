package io.sluice.examples.support;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.CancellationToken;

/** A service that is simply cut off when the server stops. Owner only. */
public final class UntilStopped implements Future<Void> {

    private final Future<Void> stopped;
    private final Future<?> service;

    public UntilStopped(CancellationToken stop, Future<?> service) {
        this.stopped = stop.cancelled();
        this.service = service;
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        boolean ended = stopped.poll(cx).isReady() || service.poll(cx).isReady();
        if (ended) {
            cancel();
        }
        return ended ? Poll.ready() : Poll.pending();
    }

    @Override
    public void cancel() {
        stopped.cancel();
        service.cancel();
    }
}
