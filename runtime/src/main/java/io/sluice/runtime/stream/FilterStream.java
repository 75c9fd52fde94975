package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Poll;

/** See {@link Stream#filter}. Owner only. */
final class FilterStream<T> implements Stream<T> {

    private final Stream<T> source;
    private final Futures.Step<? super T, Boolean> condition;

    FilterStream(Stream<T> source, Futures.Step<? super T, Boolean> condition) {
        this.source = source;
        this.condition = condition;
    }

    @Override
    public Poll<T> pollNext(Context cx) throws Exception {
        while (true) {
            Poll<T> next = source.pollNext(cx);
            if (next.isPending()) {
                return next;
            }
            T value = next.get();
            if (value == null || condition.apply(value)) {
                return next;
            }
        }
    }

    @Override
    public void cancel() {
        source.cancel();
    }
}
