package io.sluice.runtime.io;

import java.nio.ByteBuffer;

/** What the readers and writers of this package do alike. */
final class Buffers {

    private Buffers() {}

    /** Moves as many bytes as both have, and says how many. */
    static int move(ByteBuffer from, ByteBuffer to) {
        int bytes = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), bytes);
        to.position(to.position() + bytes);
        from.position(from.position() + bytes);
        return bytes;
    }
}
