package io.sluice.exporter;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A payload that nobody knows how to divide. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Indivisible(ByteBuffer[] whole, int count, String title) implements Pieces {

    @Override
    public int size() {
        return 1;
    }

    @Override
    public int items(int from, int to) {
        return to > from ? count : 0;
    }

    @Override
    public int bytes(int from, int to) {
        int bytes = 0;
        if (to > from) {
            for (ByteBuffer part : whole) {
                bytes += part.remaining();
            }
        }
        return bytes;
    }

    @Override
    public ByteBuffer[] body(int from, int to) {
        ByteBuffer[] copy = new ByteBuffer[to > from ? whole.length : 0];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = whole[i].duplicate();
        }
        return copy;
    }

    @Override
    public Optional<Pieces> within(int piece) {
        return Optional.empty();
    }

    @Override
    public boolean ofSenders() {
        return false;
    }

    @Override
    public String name(int piece) {
        return title;
    }
}
