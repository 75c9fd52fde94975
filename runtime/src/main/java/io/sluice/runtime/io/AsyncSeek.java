package io.sluice.runtime.io;

import io.sluice.runtime.Future;

/**
 * What has a position that the next read or write is at. Follows {@code tokio::io::AsyncSeek}.
 *
 * <p>All of these flush first, and belong to the task that reads and writes. Cancelled, a seek may or may not have
 * happened.
 */
public interface AsyncSeek {

    /**
     * The next read or write is at {@code newPosition}, which may be beyond the end.
     *
     * @throws IllegalArgumentException if it is negative
     */
    Future<Void> seek(long newPosition);

    /** Where the next read or write is. */
    Future<Long> position();

    /** How long it is now. */
    Future<Long> size();
}
