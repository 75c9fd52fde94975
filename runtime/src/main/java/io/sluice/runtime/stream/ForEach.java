package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;

/** See {@link Stream#forEach}. Owner only. */
final class ForEach<T> implements Future<Void> {

    private final Stream<T> source;
    private final Stream.Action<? super T> action;

    ForEach(Stream<T> source, Stream.Action<? super T> action) {
        this.source = source;
        this.action = action;
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        while (true) {
            Poll<T> next = source.pollNext(cx);
            if (next.isPending()) {
                return Poll.pending();
            }
            T value = next.get();
            if (value == null) {
                return Poll.ready();
            }
            action.accept(value);
        }
    }

    @Override
    public void cancel() {
        source.cancel();
    }
}
