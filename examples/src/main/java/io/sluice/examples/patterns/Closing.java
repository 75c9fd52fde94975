package io.sluice.examples.patterns;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;

/** A task with something that is closed when the task ends, however it ends. Owner only. */
final class Closing implements Future<Void> {

    private final Runnable close;
    private final Future<Void> inner;

    Closing(Runnable close, Future<Void> inner) {
        this.close = close;
        this.inner = inner;
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        boolean goesOn = false;
        try {
            Poll<Void> polled = inner.poll(cx);
            goesOn = polled.isPending();
            return polled;
        } finally {
            if (!goesOn) {
                cancel();
            }
        }
    }

    @Override
    public void cancel() {
        inner.cancel();
        close.run();
    }
}
