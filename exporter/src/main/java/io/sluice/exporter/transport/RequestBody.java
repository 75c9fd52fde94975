package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A request's bytes as they go onto the wire, in memory that belongs to the transport.
 *
 * <p>They are copied out of the payload, compressed or not, because the payload's owner may take its memory back the
 * moment it cancels, while the event loop is still writing. The arrays are used again.
 *
 * <p>One owner at a time.
 */
public final class RequestBody {

    private final Pool pool;
    private final GrowingBytes bytes;
    private final boolean gzip;
    private boolean released;

    private RequestBody(Pool pool, GrowingBytes bytes, boolean gzip) {
        this.pool = pool;
        this.bytes = bytes;
        this.gzip = gzip;
    }

    static RequestBody copyOf(ByteBuffer[] parts, int size, Pool pool) {
        GrowingBytes copy = new GrowingBytes(pool.take(size));
        for (ByteBuffer part : parts) {
            copy.write(part);
        }
        return new RequestBody(pool, copy, false);
    }

    /** May take milliseconds. */
    static RequestBody compressed(ByteBuffer[] parts, int size, Pool pool) {
        // OTLP shrinks to less than a quarter in general; if not, the array grows.
        GrowingBytes target = new GrowingBytes(pool.take(size / 4));
        Gzip.compress(parts, target);
        return new RequestBody(pool, target, true);
    }

    public boolean isGzip() {
        return gzip;
    }

    public int size() {
        return bytes.size();
    }

    /** A view to be written; valid until {@link #release}. */
    ByteBuf content() {
        return Unpooled.wrappedBuffer(bytes.array(), 0, bytes.size());
    }

    /** Writes it all, and leaves it as it is. */
    public void writeTo(OutputStream target) throws IOException {
        target.write(bytes.array(), 0, bytes.size());
    }

    /** Gives the memory back. Nothing may be reading it any more. Idempotent. */
    public void release() {
        if (!released) {
            released = true;
            pool.giveBack(bytes.array());
        }
    }

    /** Arrays between requests: a few, and none that is very large. Guarded by itself; any thread. */
    public static final class Pool {

        private static final int MAX_IDLE = 8;
        private static final int MAX_KEPT_BYTES = 1 << 20;
        private static final int GRAIN_BYTES = 8 * 1024;

        private final Deque<byte[]> idle = new ArrayDeque<>();

        /** An array of at least {@code size} bytes with anything inside. */
        synchronized byte[] take(int size) {
            byte[] array = idle.pollLast();
            if (array != null && array.length >= size) {
                return array;
            }
            long rounded = (size + (long) GRAIN_BYTES - 1) / GRAIN_BYTES * GRAIN_BYTES;
            return new byte[(int) Math.min(Integer.MAX_VALUE - 8, Math.max(GRAIN_BYTES, rounded))];
        }

        synchronized void giveBack(byte[] array) {
            if (array.length <= MAX_KEPT_BYTES && idle.size() < MAX_IDLE) {
                idle.addLast(array);
            }
        }

        synchronized int idle() {
            return idle.size();
        }
    }
}
