package io.sluice.runtime.stream;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Poll;
import org.jspecify.annotations.Nullable;

/** See {@link Stream#then}. Owner only. */
final class ThenStream<T, R> implements Stream<R> {

    private final Stream<T> source;
    private final Futures.Step<? super T, ? extends Future<R>> step;

    /** What was made of the latest value, until it is ready. */
    private @Nullable Future<R> current;

    ThenStream(Stream<T> source, Futures.Step<? super T, ? extends Future<R>> step) {
        this.source = source;
        this.step = step;
    }

    @Override
    public Poll<R> pollNext(Context cx) throws Exception {
        Future<R> future = current;
        if (future == null) {
            Poll<T> next = source.pollNext(cx);
            if (next.isPending()) {
                return Poll.pending();
            }
            T value = next.get();
            if (value == null) {
                return Poll.ready();
            }
            future = requireNonNull(step.apply(value), "the step gave no future");
            current = future;
        }
        Poll<R> result = future.poll(cx);
        if (result.isPending()) {
            return Poll.pending();
        }
        current = null;
        return Poll.ready(requireNonNull(result.get(), "the step's future gave null"));
    }

    @Override
    public void cancel() {
        Future<R> future = current;
        current = null;
        if (future != null) {
            future.cancel();
        }
        source.cancel();
    }
}
