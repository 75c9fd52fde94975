package io.sluice.runtime.pressure;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import org.jspecify.annotations.Nullable;

/** A future that ends when the test says so and notes what is done to it. Test's thread only. */
final class Scripted implements Future<String> {

    private Poll<String> next = Poll.pending();
    private @Nullable Exception failure;
    private Waker polledBy = Waker.NOOP;

    int polls;
    int cancels;

    void complete(String value) {
        next = Poll.ready(value);
        polledBy.wake();
    }

    void fail(Exception how) {
        failure = how;
        polledBy.wake();
    }

    @Override
    public Poll<String> poll(Context cx) throws Exception {
        polls++;
        polledBy = cx.waker();
        if (failure != null) {
            throw failure;
        }
        return next;
    }

    @Override
    public void cancel() {
        cancels++;
    }
}
