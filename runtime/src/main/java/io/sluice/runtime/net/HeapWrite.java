package io.sluice.runtime.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Writes buffers that lie in the Java heap: gathered into one piece of direct memory, so that a message of many small
 * parts leaves in one system call, and then the sources are moved on by what the kernel took.
 *
 * <p>No state; the thread that writes the stream.
 */
final class HeapWrite {

    /** The kernel refuses more parts than this in one call (IOV_MAX on Linux). */
    private static final int MAX_PARTS = 1024;

    private HeapWrite() {}

    /** One heap buffer, at most a slice of it. */
    static int one(SocketChannel channel, TransferBuffers pool, ByteBuffer source) throws IOException {
        ByteBuffer direct = pool.lease();
        if (direct == null) {
            return writeSlice(channel, source);
        }
        try {
            copySlice(source, direct);
            int written = channel.write(direct.flip());
            source.position(source.position() + written);
            return written;
        } finally {
            pool.giveBack(direct);
        }
    }

    /** Several buffers: the kernel's own gathering if all are direct, else at most a slice of them, copied together. */
    static long gather(SocketChannel channel, TransferBuffers pool, ByteBuffer[] sources, int offset, int count)
            throws IOException {
        if (allDirect(sources, offset, count)) {
            return channel.write(sources, offset, Math.min(count, MAX_PARTS));
        }
        ByteBuffer direct = pool.lease();
        if (direct == null) {
            return writeSlice(channel, sources[offset]);
        }
        try {
            for (int i = offset; i < offset + count && direct.hasRemaining(); i++) {
                copySlice(sources[i], direct);
            }
            int written = channel.write(direct.flip());
            advance(sources, offset, written);
            return written;
        } finally {
            pool.giveBack(direct);
        }
    }

    /** How much {@link #gather} tries to write at most in one call, or all of it if that is less. */
    static long sliceOf(ByteBuffer[] sources, int offset, int count) {
        boolean direct = allDirect(sources, offset, count);
        long sum = 0;
        for (int i = offset; i < offset + (direct ? Math.min(count, MAX_PARTS) : count); i++) {
            sum += sources[i].remaining();
        }
        return direct ? sum : Math.min(sum, TransferBuffers.SLICE_BYTES);
    }

    private static boolean allDirect(ByteBuffer[] sources, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            if (!sources[i].isDirect() && sources[i].hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    /** Copies what fits without moving {@code source}. */
    private static void copySlice(ByteBuffer source, ByteBuffer target) {
        int bytes = Math.min(source.remaining(), target.remaining());
        target.put(target.position(), source, source.position(), bytes);
        target.position(target.position() + bytes);
    }

    private static int writeSlice(SocketChannel channel, ByteBuffer source) throws IOException {
        int limit = source.limit();
        source.limit(source.position() + TransferBuffers.sliceOf(source));
        try {
            return channel.write(source);
        } finally {
            source.limit(limit);
        }
    }

    private static void advance(ByteBuffer[] sources, int offset, int written) {
        int left = written;
        for (int i = offset; left > 0; i++) {
            int taken = Math.min(left, sources[i].remaining());
            sources[i].position(sources[i].position() + taken);
            left -= taken;
        }
    }
}
