package io.sluice.runtime.io;

import io.sluice.runtime.Future;
import java.nio.ByteBuffer;

/**
 * Helpers over {@link AsyncRead} and {@link AsyncWrite} that take more than one poll.
 *
 * <p>Their progress is kept in the positions of the caller's buffers. One that is cancelled half-way leaves the stream
 * in the middle of a message: close it, do not use it again.
 */
public final class AsyncIo {

    /** Instead of a count: nothing to move yet, and the waker of the context is woken when there is. */
    public static final int PENDING = Integer.MIN_VALUE;

    /** Instead of a count: the source has ended; every later read says so too. */
    public static final int END = -1;

    private AsyncIo() {}

    /**
     * Reads until {@code target} is full. Fails with {@link java.io.EOFException} if the source ends before; what was
     * read is in the buffer.
     */
    public static Future<Void> readExact(AsyncRead source, ByteBuffer target) {
        return new ReadExact(source, target);
    }

    /** Writes until every one of {@code sources} is empty, in order. */
    public static Future<Void> writeAll(AsyncWrite sink, ByteBuffer... sources) {
        return new WriteAll(sink, sources.clone());
    }
}
