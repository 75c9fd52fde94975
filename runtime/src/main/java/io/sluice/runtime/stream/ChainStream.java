package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;

/** See {@link Stream#chain}. Owner only. */
final class ChainStream<T> implements Stream<T> {

    private final Stream<T> first;
    private final Stream<T> second;
    private boolean firstEnded;

    ChainStream(Stream<T> first, Stream<T> second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public Poll<T> pollNext(Context cx) throws Exception {
        if (!firstEnded) {
            Poll<T> next = first.pollNext(cx);
            if (next.isPending() || next.get() != null) {
                return next;
            }
            firstEnded = true;
        }
        return second.pollNext(cx);
    }

    @Override
    public void cancel() {
        if (!firstEnded) {
            first.cancel();
        }
        second.cancel();
    }
}
