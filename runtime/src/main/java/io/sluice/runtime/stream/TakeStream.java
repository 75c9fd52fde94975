package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;

/** See {@link Stream#take}. Owner only. */
final class TakeStream<T> implements Stream<T> {

    private final Stream<T> source;
    private long left;

    TakeStream(Stream<T> source, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative, but is " + count);
        }
        this.source = source;
        this.left = count;
    }

    @Override
    public Poll<T> pollNext(Context cx) throws Exception {
        if (left == 0) {
            source.cancel();
            return Poll.ready();
        }
        Poll<T> next = source.pollNext(cx);
        if (next.isReady()) {
            left--;
            if (left == 0 && next.get() != null) {
                source.cancel();
            }
        }
        return next;
    }

    @Override
    public void cancel() {
        source.cancel();
    }
}
