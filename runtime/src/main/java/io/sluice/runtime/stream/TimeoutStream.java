package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** See {@link Stream#timeout}. Owner only. */
final class TimeoutStream<T> implements Stream<T> {

    private final Stream<T> source;
    private final Handle handle;
    private final Duration limit;

    /** The wait for the next value; null before it is asked for. */
    private @Nullable Future<T> next;

    TimeoutStream(Stream<T> source, Handle handle, Duration limit) {
        this.source = source;
        this.handle = handle;
        this.limit = limit;
    }

    @Override
    public Poll<T> pollNext(Context cx) throws Exception {
        Future<T> current = next;
        if (current == null) {
            current = handle.timeout(limit, source.next());
            next = current;
        }
        Poll<T> polled = current.poll(cx);
        if (polled.isReady()) {
            next = null;
        }
        return polled;
    }

    @Override
    public void cancel() {
        Future<T> current = next;
        next = null;
        if (current != null) {
            current.cancel();
        }
        source.cancel();
    }
}
