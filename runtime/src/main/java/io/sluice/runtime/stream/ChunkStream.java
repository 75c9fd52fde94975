package io.sluice.runtime.stream;

import io.sluice.runtime.Context;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** See {@link Stream#chunksTimeout}. Owner only. */
final class ChunkStream<T> implements Stream<List<T>> {

    private final Stream<T> source;
    private final Handle handle;
    private final int maxSize;
    private final Duration limit;

    private List<T> chunk = new ArrayList<>();

    /** When the chunk ends at the latest; null while it is empty. */
    private @Nullable Sleep deadline;

    private boolean sourceEnded;

    ChunkStream(Stream<T> source, Handle handle, int maxSize, Duration limit) {
        if (maxSize <= 0) {
            throw new IllegalArgumentException("maxSize must be positive, but is " + maxSize);
        }
        this.source = source;
        this.handle = handle;
        this.maxSize = maxSize;
        this.limit = limit;
    }

    @Override
    public Poll<List<T>> pollNext(Context cx) throws Exception {
        // First, so that a source which spends the budget of every turn cannot hide the deadline.
        if (isDue(cx)) {
            return giveChunk();
        }
        while (!sourceEnded && chunk.size() < maxSize) {
            Poll<T> next = source.pollNext(cx);
            if (next.isPending()) {
                return isDue(cx) ? giveChunk() : Poll.pending();
            }
            take(next.get());
        }
        return chunk.isEmpty() ? Poll.ready() : giveChunk();
    }

    private boolean isDue(Context cx) {
        Sleep current = deadline;
        return current != null && current.pollElapsed(cx);
    }

    private void take(@Nullable T value) {
        if (value == null) {
            sourceEnded = true;
            return;
        }
        if (chunk.isEmpty()) {
            deadline = handle.sleep(limit);
        }
        chunk.add(value);
    }

    private Poll<List<T>> giveChunk() {
        stopDeadline();
        List<T> full = chunk;
        chunk = new ArrayList<>();
        return Poll.ready(full);
    }

    private void stopDeadline() {
        Sleep current = deadline;
        deadline = null;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public void cancel() {
        stopDeadline();
        if (!sourceEnded) {
            source.cancel();
        }
    }
}
