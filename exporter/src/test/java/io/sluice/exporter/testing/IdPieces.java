package io.sluice.exporter.testing;

import io.sluice.exporter.Pieces;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Encoded ids as pieces: senders of several ids, or the ids of one sender.
 *
 * @param ids from position to limit
 * @param idsEach in a piece; the last may have fewer
 */
record IdPieces(ByteBuffer ids, int idsEach, boolean ofSenders, ToIntFunction<Long> weight) implements Pieces {

    static Pieces of(ByteBuffer ids, int idsEach, ToIntFunction<Long> weight) {
        return new IdPieces(ids, idsEach, true, weight);
    }

    private ByteBuffer range(int from, int to) {
        int end = Math.min(ids.limit(), ids.position() + to * idsEach * Long.BYTES);
        return ids.duplicate()
                .position(ids.position() + from * idsEach * Long.BYTES)
                .limit(end);
    }

    @Override
    public int size() {
        return (ids.remaining() / Long.BYTES + idsEach - 1) / idsEach;
    }

    @Override
    public int items(int from, int to) {
        int items = 0;
        ByteBuffer range = range(from, to);
        while (range.hasRemaining()) {
            items += weight.applyAsInt(range.getLong());
        }
        return items;
    }

    @Override
    public int bytes(int from, int to) {
        return range(from, to).remaining();
    }

    @Override
    public ByteBuffer[] body(int from, int to) {
        return new ByteBuffer[] {range(from, to)};
    }

    @Override
    public Optional<Pieces> within(int piece) {
        ByteBuffer sender = range(piece, piece + 1);
        return ofSenders && sender.remaining() > Long.BYTES
                ? Optional.of(new IdPieces(sender, 1, false, weight))
                : Optional.empty();
    }

    @Override
    public String name(int piece) {
        ByteBuffer first = range(piece, piece + 1);
        return "id " + first.getLong();
    }
}
