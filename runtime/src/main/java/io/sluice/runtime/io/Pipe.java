package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Waker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * One direction of bytes in memory with a bound. One reader and one writer at a time; if several wait, the last one to
 * ask is woken. No waker is called under the lock.
 */
final class Pipe {

    private final Object lock = new Object();
    /** A ring. Guarded by lock. */
    private final byte[] ring;
    /** Where the next byte is read. Guarded by lock. */
    private int readAt;
    /** How many bytes wait. Guarded by lock. */
    private int length;
    /** Guarded by lock. */
    private boolean writingEnded;
    /** Guarded by lock. */
    private boolean readingEnded;
    /** What the reader is told after the bytes instead of the end. Guarded by lock. */
    private @Nullable IOException failure;
    /** Guarded by lock. */
    private @Nullable Waker reader;
    /** Guarded by lock. */
    private @Nullable Waker writer;

    Pipe(int bufferBytes) {
        this.ring = new byte[Limits.positive("bufferBytes", bufferBytes)];
    }

    int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        int read;
        Waker woken;
        synchronized (lock) {
            if (readingEnded) {
                throw new ClosedChannelException();
            }
            if (length == 0) {
                return atEmpty(cx);
            }
            read = takeInto(target);
            woken = writer;
            writer = null;
        }
        wake(woken);
        cx.madeProgress();
        return read;
    }

    /** Guarded by lock. */
    private int atEmpty(Context cx) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (writingEnded) {
            cx.madeProgress();
            return AsyncIo.END;
        }
        reader = cx.waker();
        return AsyncIo.PENDING;
    }

    /** Guarded by lock. */
    private int takeInto(ByteBuffer target) {
        int read = Math.min(length, target.remaining());
        int first = Math.min(read, ring.length - readAt);
        target.put(ring, readAt, first).put(ring, 0, read - first);
        readAt = (readAt + read) % ring.length;
        length -= read;
        return read;
    }

    long pollWrite(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
        if (!cx.proceed()) {
            return AsyncIo.PENDING;
        }
        int written = 0;
        Waker woken;
        synchronized (lock) {
            ensureWritable();
            boolean nothingToWrite = true;
            for (int i = offset; i < offset + count; i++) {
                nothingToWrite &= !sources[i].hasRemaining();
                written += put(sources[i]);
            }
            if (written == 0) {
                if (nothingToWrite) {
                    return 0;
                }
                writer = cx.waker();
                return AsyncIo.PENDING;
            }
            woken = reader;
            reader = null;
        }
        wake(woken);
        cx.madeProgress();
        return written;
    }

    /** Guarded by lock. */
    private void ensureWritable() throws IOException {
        if (writingEnded) {
            throw new ClosedChannelException();
        }
        if (readingEnded) {
            throw new IOException("broken pipe: the other end is closed");
        }
    }

    /** Guarded by lock. */
    private int put(ByteBuffer source) {
        int written = Math.min(source.remaining(), ring.length - length);
        int writeAt = (readAt + length) % ring.length;
        int first = Math.min(written, ring.length - writeAt);
        source.get(ring, writeAt, first).get(ring, 0, written - first);
        length += written;
        return written;
    }

    /** The reader finds what waits, and then the end. Idempotent; any thread. */
    void endWriting() {
        endWriting(null);
    }

    /** As {@link #endWriting()}, but the reader finds {@code cause} instead of the end if there is one. */
    void endWriting(@Nullable IOException cause) {
        Waker first;
        Waker second;
        synchronized (lock) {
            if (!writingEnded) {
                writingEnded = true;
                failure = cause;
            }
            first = reader;
            second = writer;
            reader = null;
            writer = null;
        }
        wake(first);
        wake(second);
    }

    /** What waits is thrown away; the writer is refused. Idempotent; any thread. */
    void endReading() {
        Waker first;
        Waker second;
        synchronized (lock) {
            readingEnded = true;
            length = 0;
            first = reader;
            second = writer;
            reader = null;
            writer = null;
        }
        wake(first);
        wake(second);
    }

    private static void wake(@Nullable Waker waker) {
        if (waker != null) {
            waker.wake();
        }
    }
}
