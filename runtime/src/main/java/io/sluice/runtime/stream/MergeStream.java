package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;

/** See {@link Stream#merge}. Owner only. */
final class MergeStream<T> implements Stream<T> {

    /** One of the two. Owner only. */
    private static final class Side<T> {
        final Stream<T> source;
        boolean ended;

        Side(Stream<T> source) {
            this.source = source;
        }

        /** Pending also if it has ended, or ends now. */
        Poll<T> poll(Context cx) throws Exception {
            if (ended) {
                return Poll.pending();
            }
            Poll<T> next = source.pollNext(cx);
            if (next.isReady() && next.get() == null) {
                ended = true;
                return Poll.pending();
            }
            return next;
        }
    }

    private Side<T> preferred;
    private Side<T> other;

    MergeStream(Stream<T> a, Stream<T> b) {
        this.preferred = new Side<>(a);
        this.other = new Side<>(b);
    }

    @Override
    public Poll<T> pollNext(Context cx) throws Exception {
        Side<T> first = preferred;
        Side<T> second = other;
        preferred = second;
        other = first;
        Poll<T> next = first.poll(cx);
        if (next.isPending()) {
            next = second.poll(cx);
        }
        return next.isPending() && first.ended && second.ended ? Poll.ready() : next;
    }

    @Override
    public void cancel() {
        if (!preferred.ended) {
            preferred.source.cancel();
        }
        if (!other.ended) {
            other.source.cancel();
        }
    }
}
