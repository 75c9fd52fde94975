package io.sluice.runtime.fs;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.AsyncRead;
import io.sluice.runtime.io.AsyncSeek;
import io.sluice.runtime.io.AsyncWrite;
import io.sluice.runtime.io.Blocking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * An open file, read and written from one position on, by work on the blocking pool in pieces of {@link #CHUNK_BYTES}.
 *
 * <p>A read that came back pending has taken nothing of the stream, though its piece may be read already; the next read
 * gets it. A write is done when its bytes are in the buffer of this file; what goes wrong behind it comes with the next
 * operation, so flush before the file is taken for written. A read after a write flushes first, and a write after a read
 * goes on where the reader stands. A file opened with {@link StandardOpenOption#APPEND} has every write at its end, of
 * however many writers, and that is its position. Closing without a flush may lose what was written last. One task at a time. Follows
 * {@code tokio::fs::File}.
 */
public final class AsyncFile implements AsyncRead, AsyncWrite, AsyncSeek, AutoCloseable {

    /** What one piece of work reads or writes; Tokio's is 2 MB, which a thousand open files would feel. */
    static final int CHUNK_BYTES = 128 * 1024;

    private enum Work {
        NONE,
        READING,
        WRITING
    }

    private final Handle handle;
    private final FileChannel channel;

    /**
     * Idle or reading: from position to limit is what was read and not taken. Writing: belongs to the work. Whoever
     * polls, or the work, never both.
     */
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);

    private Work work = Work.NONE;
    private @Nullable JoinHandle<Integer> working;

    /** Where the next piece is read or written; nobody's concern if {@link #appending}. */
    private long position;

    private final boolean appending;

    private AsyncFile(Handle handle, FileChannel channel, boolean appending) {
        this.handle = handle;
        this.channel = channel;
        this.appending = appending;
    }

    /**
     * Opens {@code path}, for reading if there is no option. Fails as {@link FileChannel#open} does.
     *
     * <p>Cancel-safe but for this: a file that is being opened when the future is cancelled may have been created, and is
     * closed again.
     */
    public static Future<AsyncFile> open(Handle handle, Path path, OpenOption... options) {
        boolean appending = Arrays.asList(options).contains(StandardOpenOption.APPEND);
        return Blocking.call(handle, () -> new AsyncFile(handle, FileChannel.open(path, options), appending));
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        while (!chunk.hasRemaining() || work != Work.NONE) {
            if (work == Work.NONE) {
                start(Work.READING, () -> channel.read(chunk.clear(), position));
            }
            boolean read = work == Work.READING;
            int count = pollWork(cx);
            if (count == AsyncIo.PENDING) {
                return AsyncIo.PENDING;
            }
            if (read && count < 0) {
                return AsyncIo.END;
            }
        }
        int moved = Math.min(chunk.remaining(), target.remaining());
        target.put(chunk.slice().limit(moved));
        chunk.position(chunk.position() + moved);
        return moved;
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        if (!source.hasRemaining()) {
            return 0;
        }
        if (work != Work.NONE && pollWork(cx) == AsyncIo.PENDING) {
            return AsyncIo.PENDING;
        }
        position -= chunk.remaining(); // what was read ahead and not taken
        int moved = Math.min(source.remaining(), CHUNK_BYTES);
        chunk.clear().put(source.slice().limit(moved)).flip();
        source.position(source.position() + moved);
        start(Work.WRITING, this::writeChunk);
        return moved;
    }

    /** On the blocking pool. */
    private int writeChunk() throws IOException {
        int written = 0;
        while (chunk.hasRemaining()) {
            // A write at a position goes there, on some systems, also in a file that is appended to.
            written += appending ? channel.write(chunk) : channel.write(chunk, position + written);
        }
        return written;
    }

    @Override
    public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
        for (int i = offset; i < offset + count; i++) {
            if (sources[i].hasRemaining()) {
                return pollWrite(cx, sources[i]);
            }
        }
        return 0;
    }

    private void start(Work kind, Callable<Integer> piece) throws IOException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        work = kind;
        working = handle.spawnBlocking(piece);
    }

    /** What the work came to. */
    private int pollWork(Context cx) throws IOException {
        Poll<Integer> polled;
        try {
            polled = requireNonNull(working).poll(cx);
        } catch (JoinException e) {
            ended();
            throw FileWork.unwrapped(e);
        }
        if (polled.isPending()) {
            return AsyncIo.PENDING;
        }
        boolean reading = work == Work.READING;
        ended();
        int count = polled.get();
        position += Math.max(0, count);
        if (reading) {
            chunk.flip();
        }
        return count;
    }

    /** Nothing was read, everything was written. */
    private void ended() {
        if (work == Work.WRITING) {
            chunk.limit(0);
        }
        work = Work.NONE;
        working = null;
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        return work != Work.WRITING || pollWork(cx) != AsyncIo.PENDING;
    }

    /** Does nothing: a file has no end of its own. */
    @Override
    public void shutdownOutput() {
        // Nobody is told.
    }

    /** {@link #pollFlush}, and then until the disk has it ({@code fsync}). */
    public Future<Void> sync() {
        Future<Void> force = FileWork.run(handle, () -> channel.force(true));
        return Futures.andThen(AsyncIo.flush(this), flushed -> force);
    }

    @Override
    public Future<Long> size() {
        return Futures.andThen(AsyncIo.flush(this), flushed -> Blocking.call(handle, channel::size));
    }

    /** {@inheritDoc} Not counting what was read ahead and not taken. */
    @Override
    public Future<Long> position() {
        return Futures.andThen(
                AsyncIo.flush(this), flushed -> appending ? Blocking.call(handle, channel::size) : this::pollPosition);
    }

    /** A read under way has not been taken, so it does not count, but is where it will end by the time it is known. */
    private Poll<Long> pollPosition(Context cx) throws IOException {
        if (work != Work.NONE && pollWork(cx) == AsyncIo.PENDING) {
            return Poll.pending();
        }
        return Poll.ready(position - chunk.remaining());
    }

    /** {@inheritDoc} Without an effect on writes to a file that is appended to. */
    @Override
    public Future<Void> seek(long newPosition) {
        if (newPosition < 0) {
            throw new IllegalArgumentException("newPosition must not be negative, but is " + newPosition);
        }
        return cx -> {
            if (work != Work.NONE && pollWork(cx) == AsyncIo.PENDING) {
                return Poll.pending();
            }
            chunk.limit(0);
            position = newPosition;
            return Poll.ready();
        };
    }

    /** For {@link io.sluice.runtime.net.SocketStream#sendFile}. */
    public FileChannel channel() {
        return channel;
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            return; // nothing is left that anybody could still do
        }
    }

    /**
     * Gives the file back. Work that has begun fails or ends, and nobody is told. On Linux this does not wait; elsewhere
     * it may, as a network file system may.
     */
    @Override
    public void close() {
        JoinHandle<Integer> current = working;
        if (current != null) {
            current.abort(); // and not detached: what it fails with is nobody's concern
        }
        closeQuietly();
    }
}
