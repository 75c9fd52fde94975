package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.AsyncStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket that carries bytes in order both ways, whatever kind of address it was made with.
 *
 * <p>One task reads and one writes at a time, not necessarily the same one; a stream may move from worker to worker.
 * Whoever holds a stream closes it. {@link #bytesRead} and {@link #bytesWritten} are what the kernel gave and took.
 */
public abstract sealed class SocketStream implements AsyncStream permits TcpStream, UnixStream {

    private final SocketChannel channel;
    private final Registration registration;
    private final TransferBuffers transferBuffers;

    /** Reader only. */
    private final ReadForecast forecast = new ReadForecast();

    /** Added to by the one reader; read by any thread. */
    private final AtomicLong bytesRead = new AtomicLong();
    /** Added to by the one writer; read by any thread. */
    private final AtomicLong bytesWritten = new AtomicLong();

    /** Takes over a connected, non-blocking channel. */
    SocketStream(SocketChannel channel, Registration registration) {
        this.channel = channel;
        this.registration = registration;
        this.transferBuffers = registration.driver().transferBuffers();
    }

    /**
     * Whether a read may find something, so that a buffer need not be made in vain; if not, the waker is woken when one
     * may.
     */
    public boolean pollReadable(Context cx) {
        return registration.poll(cx, Readiness.READ) != Registration.NOT_READY;
    }

    /** Ready when a read may find something, as {@link #pollReadable}; a read may still find nothing. Cancel-safe. */
    public Future<Void> readable() {
        return cx -> pollReadable(cx) ? Poll.ready() : Poll.pending();
    }

    /** Whether a write may find room; if not, the waker is woken when one may. */
    public boolean pollWritable(Context cx) {
        return registration.poll(cx, Readiness.WRITE) != Registration.NOT_READY;
    }

    /** Ready when a write may find room, as {@link #pollWritable}; it may still find none. Cancel-safe. */
    public Future<Void> writable() {
        return cx -> pollWritable(cx) ? Poll.ready() : Poll.pending();
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        while (true) {
            int observed = registration.poll(cx, Readiness.READ);
            if (observed == Registration.NOT_READY) {
                return AsyncIo.PENDING;
            }
            int read = read(target, observed);
            if (read != 0) {
                cx.madeProgress();
                return read;
            }
        }
    }

    /**
     * Moves bytes that are there now into {@code target}, and leaves no waker: after {@link #readable} said so, or by a
     * thread that is no task. By the one reader.
     *
     * @return as {@link #pollRead}; {@link AsyncIo#PENDING} if there are none
     * @throws IOException if the stream broke
     */
    public int tryRead(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        int observed = registration.observe(Readiness.READ);
        int read = observed == Registration.NOT_READY ? 0 : read(target, observed);
        return read == 0 ? AsyncIo.PENDING : read;
    }

    /** One call into the channel, which was {@code observed} to be readable; zero if it was not. */
    private int read(ByteBuffer target, int observed) throws IOException {
        registration.ensureOpen();
        int asked = Math.min(target.remaining(), TransferBuffers.SLICE_BYTES);
        int read = target.isDirect() ? channel.read(target) : readHeap(target);
        if (read > 0) {
            bytesRead.setOpaque(bytesRead.getPlain() + read);
        }
        if (forecast.read(read, asked)) {
            // The kernel has no more, or hardly: the next read would come back empty-handed.
            registration.clear(Readiness.READ, observed);
        }
        return read;
    }

    private int readHeap(ByteBuffer target) throws IOException {
        ByteBuffer direct = transferBuffers.lease();
        if (direct == null) {
            return readSlice(target);
        }
        try {
            direct.limit(TransferBuffers.sliceOf(target));
            int read = channel.read(direct);
            target.put(direct.flip());
            return read;
        } finally {
            transferBuffers.giveBack(direct);
        }
    }

    private int readSlice(ByteBuffer target) throws IOException {
        int limit = target.limit();
        target.limit(target.position() + TransferBuffers.sliceOf(target));
        try {
            return channel.read(target);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        if (!source.hasRemaining()) {
            return 0;
        }
        return (int) write(cx, source, null, 0, 0);
    }

    @Override
    public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
        int end = offset + count;
        int first = offset;
        while (first < end && !sources[first].hasRemaining()) {
            first++;
        }
        if (first == end) {
            return 0;
        }
        return write(cx, sources[first], sources, first, end - first);
    }

    /** Writes {@code sources}, or only {@code first} if there are none. */
    private long write(Context cx, ByteBuffer first, ByteBuffer @Nullable [] sources, int offset, int count)
            throws IOException {
        while (true) {
            int observed = registration.poll(cx, Readiness.WRITE);
            if (observed == Registration.NOT_READY) {
                return AsyncIo.PENDING;
            }
            long written = write(first, sources, offset, count, observed);
            if (written > 0) {
                cx.madeProgress();
                return written;
            }
        }
    }

    /**
     * Moves as many bytes of {@code source} as there is room for now, and leaves no waker. By the one writer.
     *
     * @return as {@link #pollWrite}; {@link AsyncIo#PENDING} if there is no room
     * @throws IOException if the stream broke
     */
    public int tryWrite(ByteBuffer source) throws IOException {
        if (!source.hasRemaining()) {
            return 0;
        }
        int observed = registration.observe(Readiness.WRITE);
        long written = observed == Registration.NOT_READY ? 0 : write(source, null, 0, 0, observed);
        return written == 0 ? AsyncIo.PENDING : (int) written;
    }

    /** One call into the channel, which was {@code observed} to be writable; zero if it was not. */
    private long write(ByteBuffer first, ByteBuffer @Nullable [] sources, int offset, int count, int observed)
            throws IOException {
        registration.ensureOpen();
        boolean whole;
        long written;
        if (sources == null || count == 1) {
            int asked = first.isDirect() ? first.remaining() : TransferBuffers.sliceOf(first);
            written = first.isDirect() ? channel.write(first) : HeapWrite.one(channel, transferBuffers, first);
            whole = written == asked;
        } else {
            long asked = HeapWrite.sliceOf(sources, offset, count);
            written = HeapWrite.gather(channel, transferBuffers, sources, offset, count);
            whole = written >= asked;
        }
        if (!whole) {
            registration.clear(Readiness.WRITE, observed);
        }
        if (written > 0) {
            bytesWritten.setOpaque(bytesWritten.getPlain() + written);
        }
        return written;
    }

    /**
     * Sends {@code count} bytes of {@code file} from {@code position} on, without taking them through the JVM (sendfile,
     * where the system has it), and gives how many it were: fewer only if the file ends before. A peer that does not read
     * holds it up. The disk may hold up a thread of the blocking pool, never a worker.
     *
     * <p>The writer's turn, as {@link #pollWrite}. Cancelled half-way, the peer may still get up to 2 MiB that had begun:
     * close the stream then.
     *
     * @throws IllegalArgumentException if {@code position} or {@code count} is negative
     */
    public Future<Long> sendFile(Handle handle, FileChannel file, long position, long count) {
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException(
                    "position and count must not be negative, but are " + position + " and " + count);
        }
        return new SendFile(handle, this, file, position, count);
    }

    /** One call into the channel, on a thread that may wait for the disk; zero if the socket is full or the file ended. */
    long transferFrom(FileChannel file, long position, long count) throws IOException {
        long moved = file.transferTo(position, count, channel);
        bytesWritten.setOpaque(bytesWritten.getPlain() + moved);
        return moved;
    }

    Registration registration() {
        return registration;
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (channel.isOpen()) {
            channel.shutdownOutput();
        }
    }

    /** Bytes that the kernel handed over so far. Any thread. */
    public long bytesRead() {
        return bytesRead.getOpaque();
    }

    /** Bytes that the kernel took so far. Any thread. */
    public long bytesWritten() {
        return bytesWritten.getOpaque();
    }

    /**
     * Sets an option of the socket: {@link java.net.StandardSocketOptions}, or {@code jdk.net.ExtendedSocketOptions}.
     *
     * @throws UnsupportedOperationException if this kind of socket has no such option
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    /**
     * The value of an option of the socket.
     *
     * @throws UnsupportedOperationException if this kind of socket has no such option
     */
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    /** The address of this end. */
    public SocketAddress localAddress() throws IOException {
        return channel.getLocalAddress();
    }

    /** The address of the other end. */
    public SocketAddress peerAddress() throws IOException {
        return channel.getRemoteAddress();
    }

    /**
     * Closes both directions. Bytes that were written still leave; reads and writes that wait end with
     * {@link java.nio.channels.ClosedChannelException}. Idempotent; any thread; never throws.
     */
    @Override
    public void close() {
        Channels.close(channel, registration);
    }
}
