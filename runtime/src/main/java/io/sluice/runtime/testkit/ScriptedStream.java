package io.sluice.runtime.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.runtime.Context;
import io.sluice.runtime.Waker;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.AsyncStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose peer follows a script: which bytes come in which pieces, how much each write takes, where either
 * direction waits and where it breaks.
 *
 * <p>Each read and each write consumes one step of its own direction's script. A pending step holds that direction up
 * until the test lets it go on with {@link #resumeReads} or {@link #resumeWrites}, which wakes who waits there. When the
 * script is over, reads find the end and writes take everything.
 *
 * <p>Guarded by itself; scripts are driven from the test's thread or a runtime's.
 */
public final class ScriptedStream implements AsyncStream {

    private sealed interface Step {}

    private record Give(ByteBuffer bytes) implements Step {}

    private record Take(int bytes) implements Step {}

    private record Wait() implements Step {}

    private record Fail(IOException failure) implements Step {}

    /** One direction: what is left of its script, and who waits in it. Guarded by the stream. */
    private static final class Direction {
        final Deque<Step> steps = new ArrayDeque<>();

        @Nullable
        Waker waiter;

        /** Null if the script is over. */
        @Nullable
        Step current() {
            return steps.peek();
        }

        @Nullable
        Waker resume() {
            if (!(current() instanceof Wait)) {
                throw new IllegalStateException("the script does not wait here but is at " + current());
            }
            steps.remove();
            return takeWaiter();
        }

        @Nullable
        Waker takeWaiter() {
            Waker woken = waiter;
            waiter = null;
            return woken;
        }
    }

    private final Direction reads;
    private final Direction writes;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean outputShutdown;
    private boolean closed;

    private ScriptedStream(Direction reads, Direction writes) {
        this.reads = reads;
        this.writes = writes;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Writes the two scripts. */
    public static final class Builder {
        private final Direction reads = new Direction();
        private final Direction writes = new Direction();

        private Builder() {}

        /** The next read finds these bytes, one a character, or as many as it has room for. */
        public Builder read(String bytes) {
            return read(bytes.getBytes(ISO_8859_1));
        }

        /** The next read finds {@code bytes}, or as many as it has room for. */
        public Builder read(byte[] bytes) {
            reads.steps.add(new Give(ByteBuffer.wrap(bytes.clone())));
            return this;
        }

        /** Reads find nothing until {@link ScriptedStream#resumeReads}. */
        public Builder readPending() {
            reads.steps.add(new Wait());
            return this;
        }

        /** The next read fails. */
        public Builder readError(IOException failure) {
            reads.steps.add(new Fail(failure));
            return this;
        }

        /** The next write takes at most {@code bytes}, which is at least 1. */
        public Builder write(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes is " + bytes + "; allowed: at least 1");
            }
            writes.steps.add(new Take(bytes));
            return this;
        }

        /** Writes find no room until {@link ScriptedStream#resumeWrites}. */
        public Builder writePending() {
            writes.steps.add(new Wait());
            return this;
        }

        /** The next write fails. */
        public Builder writeError(IOException failure) {
            writes.steps.add(new Fail(failure));
            return this;
        }

        public ScriptedStream build() {
            return new ScriptedStream(reads, writes);
        }
    }

    @Override
    public synchronized int pollRead(Context cx, ByteBuffer target) throws IOException {
        ensureOpen(closed);
        if (!target.hasRemaining()) {
            return 0;
        }
        Step step = reads.current();
        if (step == null) {
            return AsyncIo.END;
        }
        if (step instanceof Give give) {
            return give(give.bytes(), target);
        }
        return waitOrFail(cx, reads, step);
    }

    private int give(ByteBuffer bytes, ByteBuffer target) {
        int count = Math.min(bytes.remaining(), target.remaining());
        target.put(bytes.slice().limit(count));
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            reads.steps.remove();
        }
        return count;
    }

    private static int waitOrFail(Context cx, Direction direction, Step step) throws IOException {
        if (step instanceof Fail fail) {
            direction.steps.remove();
            throw fail.failure();
        }
        direction.waiter = cx.waker();
        return AsyncIo.PENDING;
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        return (int) pollWritev(cx, new ByteBuffer[] {source}, 0, 1);
    }

    @Override
    public synchronized long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
        ensureOpen(closed || outputShutdown);
        Step step = writes.current();
        if (step == null) {
            return take(sources, offset, count, Integer.MAX_VALUE);
        }
        if (step instanceof Take take) {
            int taken = take(sources, offset, count, take.bytes());
            if (taken > 0) {
                writes.steps.remove();
            }
            return taken;
        }
        return waitOrFail(cx, writes, step);
    }

    private int take(ByteBuffer[] sources, int offset, int count, int room) {
        int taken = 0;
        for (int i = offset; i < offset + count && taken < room; i++) {
            byte[] piece = new byte[Math.min(sources[i].remaining(), room - taken)];
            sources[i].get(piece);
            written.writeBytes(piece);
            taken += piece.length;
        }
        return taken;
    }

    private static void ensureOpen(boolean ended) throws IOException {
        if (ended) {
            throw new ClosedChannelException();
        }
    }

    /** Goes on behind the pending step at which reads stand, and wakes the reader. */
    public void resumeReads() {
        Waker waiter;
        synchronized (this) {
            waiter = reads.resume();
        }
        wake(waiter);
    }

    /** Goes on behind the pending step at which writes stand, and wakes the writer. */
    public void resumeWrites() {
        Waker waiter;
        synchronized (this) {
            waiter = writes.resume();
        }
        wake(waiter);
    }

    private static void wake(@Nullable Waker waiter) {
        if (waiter != null) {
            waiter.wake();
        }
    }

    /** Everything that was written so far. */
    public synchronized byte[] written() {
        return written.toByteArray();
    }

    /** {@link #written} with one character a byte. */
    public String writtenText() {
        return new String(written(), ISO_8859_1);
    }

    public synchronized boolean isOutputShutdown() {
        return outputShutdown;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /** Whether both scripts were followed to their end. */
    public synchronized boolean isExhausted() {
        return reads.steps.isEmpty() && writes.steps.isEmpty();
    }

    @Override
    public synchronized void shutdownOutput() {
        outputShutdown = true;
    }

    @Override
    public void close() {
        Waker reader;
        Waker writer;
        synchronized (this) {
            closed = true;
            reader = reads.takeWaiter();
            writer = writes.takeWaiter();
        }
        wake(reader);
        wake(writer);
    }
}
