package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;

/** See {@link Stream#fold}. Owner only. */
final class Fold<A, T> implements Future<A> {

    private final Stream<T> source;
    private final Stream.Folding<A, ? super T> step;
    private A sofar;

    Fold(Stream<T> source, A initial, Stream.Folding<A, ? super T> step) {
        this.source = source;
        this.sofar = initial;
        this.step = step;
    }

    @Override
    public Poll<A> poll(Context cx) throws Exception {
        while (true) {
            Poll<T> next = source.pollNext(cx);
            if (next.isPending()) {
                return Poll.pending();
            }
            T value = next.get();
            if (value == null) {
                return Poll.ready(sofar);
            }
            sofar = step.apply(sofar, value);
        }
    }

    @Override
    public void cancel() {
        source.cancel();
    }
}
