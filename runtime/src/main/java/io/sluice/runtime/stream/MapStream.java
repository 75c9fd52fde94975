package io.sluice.runtime.stream;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Poll;

/** See {@link Stream#map}. Owner only. */
final class MapStream<T, R> implements Stream<R> {

    private final Stream<T> source;
    private final Futures.Step<? super T, ? extends R> step;

    MapStream(Stream<T> source, Futures.Step<? super T, ? extends R> step) {
        this.source = source;
        this.step = step;
    }

    @Override
    public Poll<R> pollNext(Context cx) throws Exception {
        Poll<T> next = source.pollNext(cx);
        if (next.isPending()) {
            return Poll.pending();
        }
        T value = next.get();
        return value == null ? Poll.ready() : Poll.ready(requireNonNull(step.apply(value), "the step gave null"));
    }

    @Override
    public void cancel() {
        source.cancel();
    }
}
