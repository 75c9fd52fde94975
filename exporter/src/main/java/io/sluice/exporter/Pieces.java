package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A payload seen as what it can be divided into: a row of pieces, at least one, any range of which makes a request of
 * its own. What stands around the pieces, a resource or a scope, is repeated in each of these requests; the pieces
 * themselves are in exactly one.
 *
 * <p>A range goes from its first piece to the one behind its last. Nothing is copied: requests refer to the payload's
 * memory and are valid until that is closed. One thread at a time.
 */
public interface Pieces {

    /** Number of pieces; at least 1. */
    int size();

    /** What the range counts for in accounts. */
    int items(int from, int to);

    /** Size of the range's request. Grows with the range. */
    int bytes(int from, int to);

    /** The range's request, from position to limit of each buffer. */
    ByteBuffer[] body(int from, int to);

    /** What {@code piece} itself can be divided into, at least two pieces; empty if it is one item. */
    Optional<Pieces> within(int piece);

    /** Whether each piece is what one sender sent, so that a bad one says nothing of the others. */
    boolean ofSenders();

    /** What people would call {@code piece}, with the item's own name if it has one. */
    String name(int piece);

    /** One piece, of which nothing is known. */
    static Pieces indivisible(ByteBuffer[] body, int items, String name) {
        return new Indivisible(requireNonNull(body, "body"), items, requireNonNull(name, "name"));
    }
}
