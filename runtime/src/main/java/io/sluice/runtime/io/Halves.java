package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One stream with two holders: a task that reads it and a task that writes it, of which neither knows when the other is
 * done. The stream is closed with the second half. Follows {@code into_split} of Tokio's streams.
 *
 * <p>Only for two holders: a single one that reads and writes needs no halves, and two tasks of which one is known to
 * end last may share the stream itself.
 */
public final class Halves {

    private final AsyncStream stream;
    private final AtomicInteger open = new AtomicInteger(2);
    private final Reader reader = new Reader();
    private final Writer writer = new Writer();

    private Halves(AsyncStream stream) {
        this.stream = requireNonNull(stream, "stream");
    }

    /** Takes {@code stream} over; the halves are its owners from here on. */
    public static Halves of(AsyncStream stream) {
        return new Halves(stream);
    }

    public Reader reader() {
        return reader;
    }

    public Writer writer() {
        return writer;
    }

    /**
     * The stream again, of two halves that are both open; they are closed from here on, without an effect on the stream.
     *
     * @throws IllegalArgumentException if they are of different streams
     * @throws IllegalStateException if one of them is closed
     */
    public static AsyncStream reunite(Reader reader, Writer writer) {
        Halves halves = reader.halves();
        if (halves != writer.halves()) {
            throw new IllegalArgumentException("the two halves belong to different streams");
        }
        if (!halves.open.compareAndSet(2, 0)) {
            throw new IllegalStateException("one of the halves is closed");
        }
        reader.closed.set(true);
        writer.closed.set(true);
        return halves.stream;
    }

    /** A half that was closed while it was being reunited finds none open, and leaves the stream alone. */
    private void closeOne() {
        if (open.getAndUpdate(count -> Math.max(0, count - 1)) == 1) {
            stream.close();
        }
    }

    private static void ensureOpen(AtomicBoolean closed) throws IOException {
        if (closed.get()) {
            throw new ClosedChannelException();
        }
    }

    /** The half that reads. One task. */
    public final class Reader implements AsyncRead, AutoCloseable {

        /** Any thread; set once. */
        private final AtomicBoolean closed = new AtomicBoolean();

        private Reader() {}

        private Halves halves() {
            return Halves.this;
        }

        @Override
        public int pollRead(Context cx, ByteBuffer target) throws IOException {
            ensureOpen(closed);
            return stream.pollRead(cx, target);
        }

        /** Gives this half up. The peer is not told while the other half is open. Idempotent; any thread. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                closeOne();
            }
        }
    }

    /** The half that writes. One task. */
    public final class Writer implements AsyncWrite, AutoCloseable {

        /** Any thread; set once. */
        private final AtomicBoolean closed = new AtomicBoolean();

        private Writer() {}

        private Halves halves() {
            return Halves.this;
        }

        @Override
        public int pollWrite(Context cx, ByteBuffer source) throws IOException {
            ensureOpen(closed);
            return stream.pollWrite(cx, source);
        }

        @Override
        public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
            ensureOpen(closed);
            return stream.pollWritev(cx, sources, offset, count);
        }

        @Override
        public boolean pollFlush(Context cx) throws IOException {
            ensureOpen(closed);
            return stream.pollFlush(cx);
        }

        @Override
        public boolean pollShutdown(Context cx) throws IOException {
            ensureOpen(closed);
            return stream.pollShutdown(cx);
        }

        @Override
        public void shutdownOutput() throws IOException {
            ensureOpen(closed);
            stream.shutdownOutput();
        }

        /** Gives this half up and ends its direction: the peer reads the end (FIN). Idempotent; any thread. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                try {
                    stream.shutdownOutput();
                } catch (IOException e) {
                    // The direction is at its end already, by a reset; the reader will find it.
                    return;
                } finally {
                    closeOne();
                }
            }
        }

        /** {@link #close} without ending the direction: the peer reads the end only when the stream is closed. */
        public void forget() {
            if (closed.compareAndSet(false, true)) {
                closeOne();
            }
        }
    }
}
