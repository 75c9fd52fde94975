package io.sluice.runtime.net;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the driver last said about a channel, as one word: readable, writable, closed, and how many events there were.
 *
 * <p>Readiness is a hint that the next call into the channel will not come back empty-handed. A channel starts ready in
 * both directions, so that a first call is tried before anybody asks the selector. The one who found it not ready
 * clears the hint, but only if no event came in between: {@link #clear} compares the event count that the caller saw
 * before its call, so an event that arrives during the call is never wiped out.
 *
 * <p>Any thread; all accesses are volatile. Follows the readiness word of {@code tokio::runtime::io::scheduled_io}.
 */
final class Readiness {

    static final int READ = 1;
    static final int WRITE = 1 << 1;

    private static final int CLOSED = 1 << 2;
    private static final int TICK = 1 << 3;
    private static final int FLAGS = TICK - 1;

    private final AtomicInteger word;

    /** @param initial which of {@link #READ} and {@link #WRITE} to believe before the first event */
    Readiness(int initial) {
        this.word = new AtomicInteger(initial);
    }

    /** The word as it is now; to be asked with {@link #isReady} and given back to {@link #clear}. */
    int observe() {
        return word.get();
    }

    static boolean isReady(int observed, int direction) {
        return (observed & (direction | CLOSED)) != 0;
    }

    static boolean isClosed(int observed) {
        return (observed & CLOSED) != 0;
    }

    /** Records an event. Returns those of {@code directions} that were ready already. */
    int markReady(int directions) {
        int seen;
        int next;
        do {
            seen = word.get();
            // The count sits in the upper bits and wraps around there, leaving the flags alone.
            next = (seen + TICK) | directions;
        } while (!word.compareAndSet(seen, next));
        return seen & directions;
    }

    /** Forgets that {@code direction} was ready, unless an event arrived since {@code observed}. */
    void clear(int direction, int observed) {
        int seen = word.get();
        while ((seen & ~FLAGS) == (observed & ~FLAGS)) {
            if (word.compareAndSet(seen, seen & ~direction)) {
                return;
            }
            seen = word.get();
        }
    }

    /** Ready in every direction from here on: whoever asks finds out from the channel that it is closed. */
    void close() {
        int seen = word.get();
        while (!word.compareAndSet(seen, seen | CLOSED)) {
            seen = word.get();
        }
    }
}
