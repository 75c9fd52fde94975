package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Waker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * An {@link OutputStream} that may block, written by a thread of its own: standard output and error above all.
 *
 * <p>A write takes what the buffer has room for; a terminal or a pipe that nobody reads then holds up its writer, not a
 * worker and not the end of the runtime: the thread is a daemon that belongs to no runtime. What the stream throws comes
 * with the next write or flush. At the end of a program {@link #pollShutdown}, under a time limit, waits until
 * everything is out; what is not is lost when the JVM ends. One task at a time.
 */
public final class BlockingOutput implements AsyncWrite, AutoCloseable {

    private final OutputStream sink;
    private final Pipe pipe;
    private final int bufferBytes;
    private final Thread thread;

    private final Object lock = new Object();
    /** Bytes that were taken. Guarded by lock. */
    private long taken;
    /** Of these, those that the stream took and flushed. Guarded by lock. */
    private long passedOn;
    /** Guarded by lock. */
    private @Nullable IOException failure;
    /** Who waits for a flush. Guarded by lock. */
    private @Nullable Waker flusher;
    /** Guarded by lock. */
    private boolean started;

    /** Whether {@link #sink} is closed with this. */
    private final boolean owning;

    private BlockingOutput(OutputStream sink, String threadName, int bufferBytes, boolean owning) {
        this.owning = owning;
        this.sink = requireNonNull(sink, "sink");
        this.bufferBytes = bufferBytes;
        this.pipe = new Pipe(bufferBytes);
        this.thread = Daemons.make(threadName, this::run);
    }

    /** Writes to {@code sink}, which stays open, through a buffer of {@link BufReader#DEFAULT_BYTES}. */
    public static BlockingOutput of(OutputStream sink, String threadName) {
        return new BlockingOutput(sink, threadName, BufReader.DEFAULT_BYTES, false);
    }

    /** As {@link #of}, but {@code sink} is closed once this was shut down or closed and all that was taken is out. */
    public static BlockingOutput owning(OutputStream sink, String threadName) {
        return new BlockingOutput(sink, threadName, BufReader.DEFAULT_BYTES, true);
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        return (int) pollWritev(cx, new ByteBuffer[] {source}, 0, 1);
    }

    @Override
    public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
        ensureWorks();
        long written = pipe.pollWrite(cx, sources, offset, count);
        if (written > 0) {
            synchronized (lock) {
                taken += written;
            }
        }
        return written;
    }

    /** Starts the thread with the first write. */
    private void ensureWorks() throws IOException {
        synchronized (lock) {
            if (failure != null) {
                throw failure;
            }
            if (!started) {
                started = true;
                thread.start();
            }
        }
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        synchronized (lock) {
            if (failure != null) {
                throw failure;
            }
            if (taken == passedOn) {
                return true;
            }
            flusher = cx.waker();
            return false;
        }
    }

    @Override
    public void shutdownOutput() {
        pipe.endWriting();
        boolean unused;
        synchronized (lock) {
            unused = !started;
            started = true;
        }
        if (unused) {
            closeOwned();
        }
    }

    private void run() {
        ByteBuffer chunk = ByteBuffer.allocate(bufferBytes);
        Context here = Daemons.waitingContext();
        try {
            while (Daemons.read(pipe, here, chunk.clear()) != AsyncIo.END) {
                sink.write(chunk.array(), 0, chunk.position());
                sink.flush();
                passedOn(chunk.position(), null);
            }
        } catch (ClosedChannelException e) {
            // Nothing is wanted of this thread any more.
            return;
        } catch (IOException e) {
            passedOn(0, e);
            pipe.endReading();
        } finally {
            closeOwned();
        }
    }

    private void closeOwned() {
        if (owning) {
            Delivery.closeQuietly(sink);
        }
    }

    private void passedOn(int bytes, @Nullable IOException broken) {
        Waker woken;
        synchronized (lock) {
            // This may run ahead of `taken` for a moment; the writer has added to that before it flushes.
            passedOn += bytes;
            failure = broken;
            woken = flusher;
            flusher = null;
        }
        if (woken != null) {
            woken.wake();
        }
    }

    /** Takes no more; what was taken still leaves while the JVM lives. Idempotent; any thread; never throws. */
    @Override
    public void close() {
        shutdownOutput();
    }
}
