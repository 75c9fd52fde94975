package io.sluice.batching;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * First come, first served: a chunk of items that left the channel together.
 *
 * @param <T> what waits in the channel
 */
final class Arrivals<T> implements Lineup<T> {

    /** In order; those before {@link #next} have gone. */
    private final List<T> chunk = new ArrayList<>(Inbox.CHUNK);

    /** Index into {@link #chunk}. */
    private int next;

    @Override
    public void add(T item) {
        chunk.add(item);
    }

    @Override
    public @Nullable T peek() {
        return next < chunk.size() ? chunk.get(next) : null;
    }

    /** Emptied at the end of a chunk so that nothing is retained. */
    @Override
    public void remove() {
        next++;
        if (next == chunk.size()) {
            chunk.clear();
            next = 0;
        }
    }

    @Override
    public int size() {
        return chunk.size() - next;
    }

    @Override
    public int lookAhead() {
        return 0;
    }
}
