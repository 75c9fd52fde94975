package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.Lineup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue for each sender, served in turn, so that a sender with a thousand requests waiting does not make one wait that
 * has a single one: deficit round robin (Shreedhar and Varghese, 1995). At its turn a sender may let go as many bytes as
 * the quantum says; what it could not use for want of a small enough request is added to its next turn. Within one
 * sender requests keep their order.
 *
 * <p>The batch loop's task only.
 */
final class FairLine implements Lineup<HeldRequest> {

    private final int quantumBytes;
    private final int lookAhead;
    private final Map<Sender, Turn> turns = new HashMap<>();

    /** Those with requests; whose turn it is comes first. */
    private final Deque<Turn> order = new ArrayDeque<>();

    private int size;

    /**
     * @param quantumBytes what a sender may let go at its turn
     * @param lookAhead requests that wait here at most
     */
    FairLine(int quantumBytes, int lookAhead) {
        this.quantumBytes = quantumBytes;
        this.lookAhead = lookAhead;
    }

    /** One sender's queue. */
    private static final class Turn {
        final Sender sender;
        final Deque<HeldRequest> waiting = new ArrayDeque<>();

        /** Bytes that it may let go before others have their turn; below zero after a request larger than that. */
        long creditBytes;

        Turn(Sender sender) {
            this.sender = sender;
        }
    }

    @Override
    public void add(HeldRequest request) {
        Turn turn = turns.get(request.sender());
        if (turn == null) {
            turn = new Turn(request.sender());
            turn.creditBytes = quantumBytes;
            turns.put(turn.sender, turn);
            order.addLast(turn);
        }
        turn.waiting.addLast(request);
        size++;
    }

    @Override
    public @Nullable HeldRequest peek() {
        Turn turn = order.peekFirst();
        return turn == null ? null : turn.waiting.peekFirst();
    }

    @Override
    public void remove() {
        Turn turn = requireNonNull(order.peekFirst(), "nobody waits");
        turn.creditBytes -= turn.waiting.removeFirst().bytes();
        size--;
        if (turn.waiting.isEmpty()) {
            order.removeFirst();
            turns.remove(turn.sender);
        } else if (turn.creditBytes <= 0) {
            next();
        }
    }

    /** Gives the turn to the next sender that has any credit; rounds are over in time, for each adds to all. */
    private void next() {
        do {
            Turn served = order.removeFirst();
            order.addLast(served);
            Turn first = requireNonNull(order.peekFirst(), "it was just added");
            first.creditBytes = Math.min(quantumBytes, first.creditBytes + quantumBytes);
        } while (requireNonNull(order.peekFirst(), "not empty").creditBytes <= 0);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int lookAhead() {
        return lookAhead;
    }
}
