package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Poll;

/** See {@link Stream#takeWhile}. Owner only. */
final class TakeWhileStream<T> implements Stream<T> {

    private final Stream<T> source;
    private final Futures.Step<? super T, Boolean> condition;

    TakeWhileStream(Stream<T> source, Futures.Step<? super T, Boolean> condition) {
        this.source = source;
        this.condition = condition;
    }

    @Override
    public Poll<T> pollNext(Context cx) throws Exception {
        Poll<T> next = source.pollNext(cx);
        if (next.isPending()) {
            return next;
        }
        T value = next.get();
        if (value != null && !condition.apply(value)) {
            source.cancel();
            return Poll.ready();
        }
        return next;
    }

    @Override
    public void cancel() {
        source.cancel();
    }
}
