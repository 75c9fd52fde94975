package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An {@link InputStream} that may block, read by a thread of its own: standard input above all.
 *
 * <p>A read that blocks cannot be called off. On the blocking pool it would hold up the end of the runtime until somebody
 * presses Enter; this thread is a daemon that belongs to no runtime, and nobody waits for it. It starts with the first
 * poll and reads ahead as far as the buffer goes. One task at a time.
 */
public final class BlockingInput implements AsyncRead, AutoCloseable {

    private final InputStream source;
    private final Pipe pipe;
    private final int bufferBytes;
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();

    /** Whether {@link #source} is closed with this. */
    private final boolean owning;

    private BlockingInput(InputStream source, String threadName, int bufferBytes, boolean owning) {
        this.owning = owning;
        this.source = requireNonNull(source, "source");
        this.bufferBytes = bufferBytes;
        this.pipe = new Pipe(bufferBytes);
        this.thread = Daemons.make(threadName, this::run);
    }

    /** Reads {@code source}, which stays open, through a buffer of {@link BufReader#DEFAULT_BYTES}. */
    public static BlockingInput of(InputStream source, String threadName) {
        return new BlockingInput(source, threadName, BufReader.DEFAULT_BYTES, false);
    }

    /**
     * As {@link #of}, but {@code source} is closed at its end, and after {@link #close}: at once if it is not being read,
     * else by the thread that reads it, since a close beside a read is not safe with every stream.
     */
    public static BlockingInput owning(InputStream source, String threadName) {
        return new BlockingInput(source, threadName, BufReader.DEFAULT_BYTES, true);
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!started.get() && started.compareAndSet(false, true)) {
            thread.start();
        }
        return pipe.pollRead(cx, target);
    }

    private void run() {
        byte[] chunk = new byte[bufferBytes];
        Context here = Daemons.waitingContext();
        try {
            int read = source.read(chunk);
            while (read >= 0) {
                Daemons.writeAll(pipe, here, ByteBuffer.wrap(chunk, 0, read));
                read = source.read(chunk);
            }
            pipe.endWriting();
        } catch (IOException e) {
            pipe.endWriting(e);
        } finally {
            closeOwned();
        }
    }

    private void closeOwned() {
        if (owning) {
            Delivery.closeQuietly(source);
        }
    }

    /**
     * Reads no more; what was read ahead is lost. The thread ends when the read that it is in does. Idempotent; any
     * thread; never throws.
     */
    @Override
    public void close() {
        pipe.endReading();
        if (started.compareAndSet(false, true)) {
            closeOwned();
        }
    }
}
