package io.sluice.exporter;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of a payload's pieces, which is sent as a request of its own.
 *
 * @param from the first piece
 * @param to behind the last piece; more than {@code from}
 */
record Part(Pieces pieces, int from, int to) {

    static Part all(Pieces pieces) {
        return new Part(pieces, 0, pieces.size());
    }

    int items() {
        return pieces.items(from, to);
    }

    int bytes() {
        return pieces.bytes(from, to);
    }

    /** What people would call it, if it cannot be divided. */
    String name() {
        return pieces.name(from);
    }

    /** The request; the memory belongs to {@code whole}, which was divided. */
    Payload payload(Payload whole) {
        return whole.part(items(), pieces.body(from, to));
    }

    /** Two parts of about the same size; the part itself if it is one item. */
    List<Part> halves() {
        if (to - from == 1) {
            return pieces.within(from).map(inner -> all(inner).halves()).orElse(List.of(this));
        }
        int cut = Math.max(from + 1, Math.min(to - 1, reach(from, bytes() / 2)));
        return List.of(new Part(pieces, from, cut), new Part(pieces, cut, to));
    }

    /** Whether {@link #bisect} can tell one sender from another. */
    boolean hasSeveralSenders() {
        return pieces.ofSenders() && to - from > 1;
    }

    /** Two parts with half of the senders each. */
    List<Part> bisect() {
        int cut = (from + to) >>> 1;
        return List.of(new Part(pieces, from, cut), new Part(pieces, cut, to));
    }

    /** Parts of at most {@code maxBytes}, as few as an ordinary packing gives; a single item may be larger. */
    List<Part> fitting(int maxBytes) {
        List<Part> parts = new ArrayList<>();
        addFitting(maxBytes, parts);
        return parts;
    }

    private void addFitting(int maxBytes, List<Part> parts) {
        int next = from;
        while (next < to) {
            int end = reach(next, maxBytes);
            if (end > next) {
                parts.add(new Part(pieces, next, end));
                next = end;
            } else {
                Part alone = new Part(pieces, next, next + 1);
                pieces.within(next)
                        .ifPresentOrElse(inner -> all(inner).addFitting(maxBytes, parts), () -> parts.add(alone));
                next++;
            }
        }
    }

    /** The largest end with which the range from {@code first} has at most {@code maxBytes}; {@code first} if none. */
    private int reach(int first, int maxBytes) {
        int fits = first;
        int tooFar = to + 1;
        while (tooFar - fits > 1) {
            int middle = (fits + tooFar) >>> 1;
            if (pieces.bytes(first, middle) <= maxBytes) {
                fits = middle;
            } else {
                tooFar = middle;
            }
        }
        return fits;
    }
}
