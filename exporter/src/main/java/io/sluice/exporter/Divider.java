package io.sluice.exporter;

import java.nio.ByteBuffer;

/** Knows what payloads can be divided into. Any thread. */
@FunctionalInterface
public interface Divider {

    /**
     * The pieces of the request {@code body}, which stands for {@code items}. Never fails: what it does not understand
     * is one piece.
     */
    Pieces divide(ByteBuffer[] body, int items);
}
