package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.sluice.exporter.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.Deflater;

/**
 * A request's bytes as they go onto the wire.
 *
 * <p>The payload's owner may close it the moment it cancels, while the event loop is still writing. So the payload is
 * held, or its bytes are copied, compressed or not, into arrays of the transport's that are used again.
 *
 * <p>One owner at a time.
 */
public final class RequestBody {

    /** A body in more pieces than this is copied: each would be a component of a buffer and an element of a write. */
    private static final int MAX_PIECES = 16;

    private final ByteBuffer[] parts;
    private final int size;
    private final boolean gzip;
    private final Runnable onRelease;
    private boolean released;

    private RequestBody(ByteBuffer[] parts, int size, boolean gzip, Runnable onRelease) {
        this.parts = parts;
        this.size = size;
        this.gzip = gzip;
        this.onRelease = onRelease;
    }

    private static RequestBody of(GrowingBytes bytes, boolean gzip, Pool pool) {
        ByteBuffer[] whole = {ByteBuffer.wrap(bytes.array(), 0, bytes.size())};
        return new RequestBody(whole, bytes.size(), gzip, () -> pool.giveBack(bytes.array()));
    }

    /** The bytes of {@code payload}, which is held until {@link #release}. */
    static RequestBody held(Payload payload) {
        return new RequestBody(payload.body(), payload.bytes(), false, payload.hold());
    }

    /** This, or a copy in one piece if it is in many; then this is released. */
    RequestBody inFewPieces(Pool pool) {
        if (parts.length <= MAX_PIECES) {
            return this;
        }
        try {
            return copyOf(parts, size, pool);
        } finally {
            release();
        }
    }

    private static RequestBody copyOf(ByteBuffer[] parts, int size, Pool pool) {
        GrowingBytes copy = new GrowingBytes(pool.take(size));
        for (ByteBuffer part : parts) {
            copy.write(part);
        }
        return of(copy, false, pool);
    }

    /** May take milliseconds. */
    static RequestBody compressed(ByteBuffer[] parts, int size, Pool pool) {
        // OTLP shrinks to less than a quarter in general; if not, the array grows.
        GrowingBytes target = new GrowingBytes(pool.take(size / 4));
        Deflater deflater = pool.takeDeflater();
        boolean whole = false;
        try {
            Gzip.compress(parts, target, deflater);
            whole = true;
        } finally {
            if (whole) {
                pool.giveBack(deflater);
            } else {
                deflater.end();
            }
        }
        return of(target, true, pool);
    }

    public boolean isGzip() {
        return gzip;
    }

    public int size() {
        return size;
    }

    /** A view to be written; valid until {@link #release}. */
    ByteBuf content() {
        return Unpooled.wrappedBuffer(MAX_PIECES, parts);
    }

    /** Writes it all, and leaves it as it is. */
    public void writeTo(OutputStream target) throws IOException {
        for (ByteBuffer part : parts) {
            if (part.hasArray()) {
                target.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            } else {
                Unpooled.wrappedBuffer(part).readBytes(target, part.remaining());
            }
        }
    }

    /** Gives the memory back. Nothing may be reading it any more. Idempotent. */
    public void release() {
        if (!released) {
            released = true;
            onRelease.run();
        }
    }

    /**
     * Memory between requests: a few arrays, none larger than the usual batch, and zlib's state, which costs as much to
     * set up as to compress some kilobytes. Guarded by itself; any thread.
     */
    public static final class Pool {

        private static final int MAX_IDLE = 4;
        private static final int MAX_KEPT_BYTES = 4 << 20;
        private static final int GRAIN_BYTES = 64 * 1024;

        /** Each is a quarter of a megabyte outside the heap; more are at work at a time only in front of a slow peer. */
        private static final int MAX_IDLE_DEFLATERS = 1;

        private final int compressionLevel;
        private final Deque<byte[]> idle = new ArrayDeque<>();
        private final Deque<Deflater> deflaters = new ArrayDeque<>();

        public Pool(int compressionLevel) {
            this.compressionLevel = compressionLevel;
        }

        /** An array of at least {@code size} bytes with anything inside; a smaller one that is idle makes way for it. */
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

        /** One for raw deflate that has nothing in it. */
        synchronized Deflater takeDeflater() {
            Deflater deflater = deflaters.pollLast();
            return deflater == null ? new Deflater(compressionLevel, true) : deflater;
        }

        synchronized void giveBack(Deflater deflater) {
            if (deflaters.size() < MAX_IDLE_DEFLATERS) {
                deflater.reset();
                deflaters.addLast(deflater);
            } else {
                deflater.end();
            }
        }

        synchronized int idle() {
            return idle.size();
        }
    }
}
