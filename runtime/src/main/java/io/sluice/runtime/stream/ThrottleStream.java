package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** See {@link Stream#throttle}. Owner only. */
final class ThrottleStream<T> implements Stream<T> {

    private final Stream<T> source;
    private final Handle handle;
    private final Duration distance;

    /** Until when the source is not asked; null if it may be. */
    private @Nullable Sleep pause;

    ThrottleStream(Stream<T> source, Handle handle, Duration distance) {
        this.source = source;
        this.handle = handle;
        this.distance = distance;
    }

    @Override
    public Poll<T> pollNext(Context cx) throws Exception {
        Sleep current = pause;
        if (current != null) {
            if (!current.pollElapsed(cx)) {
                return Poll.pending();
            }
            pause = null;
        }
        Poll<T> next = source.pollNext(cx);
        if (next.isReady() && next.get() != null) {
            pause = handle.sleep(distance);
        }
        return next;
    }

    @Override
    public void cancel() {
        Sleep current = pause;
        pause = null;
        if (current != null) {
            current.cancel();
        }
        source.cancel();
    }
}
