package io.sluice.runtime.collect;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import org.jspecify.annotations.Nullable;

/** A future that ends when the test says so, and counts what was done to it. Test's thread only. */
public final class ByHand<T> implements Future<T> {

    private @Nullable Poll<T> result;
    private @Nullable Exception failure;
    private @Nullable Waker waker;
    public int polls;
    public int cancels;

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        polls++;
        waker = cx.waker();
        if (failure != null) {
            throw failure;
        }
        return result == null ? Poll.pending() : result;
    }

    @Override
    public void cancel() {
        cancels++;
    }

    public void end(@Nullable T value) {
        result = Poll.ready(value);
        wake();
    }

    public void fail(Exception thrown) {
        failure = thrown;
        wake();
    }

    public void wake() {
        if (waker != null) {
            waker.wake();
        }
    }
}
