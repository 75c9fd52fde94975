package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where items of one signal leave the application's threads.
 *
 * <p>Until the pipeline behind it is up, up to {@code maxHeld} items are kept and handed over in order when it opens; an
 * application's first spans end long before that. An item that finds the place full is counted and lost, the newest one
 * as the specification says.
 *
 * @param <T> a finished span or a log record
 */
final class Gate<T> {

    private final int maxHeld;
    private final Shield shield;

    /** Any thread; null until opened. An inbox never throws, and waits only as the overflow policy says. */
    private volatile @Nullable Consumer<? super T> inbox;

    /** Guarded by this. */
    private final Queue<T> held = new ArrayDeque<>();

    /** Guarded by this: items turned away before the gate opened. */
    private long turnedAway;

    /** @param shield keeps what the inbox throws from the application */
    Gate(int maxHeld, Shield shield) {
        this.maxHeld = maxHeld;
        this.shield = requireNonNull(shield, "shield");
    }

    /**
     * Any thread. Waits for the pipeline only as its overflow policy says, and before that at most for another thread
     * that is opening the gate. Never throws.
     */
    void offer(T item) {
        try {
            Consumer<? super T> open = inbox;
            if (open == null) {
                open = hold(item);
            }
            if (open != null) {
                open.accept(item);
            }
        } catch (Throwable failure) {
            shield.tell(failure);
        }
    }

    private void pass(Consumer<? super T> open, T item) {
        try {
            open.accept(item);
        } catch (Throwable failure) {
            shield.tell(failure);
        }
    }

    private synchronized @Nullable Consumer<? super T> hold(T item) {
        if (inbox != null) {
            return inbox;
        }
        if (held.size() < maxHeld) {
            held.add(item);
        } else {
            turnedAway++;
        }
        return null;
    }

    /**
     * Hands over what was kept, and from here on everything to {@code inbox}.
     *
     * @param kept takes what was kept, while the application's threads stand at the gate; so it never waits for room
     * @return items that had been turned away before
     */
    synchronized long open(Consumer<? super T> kept, Consumer<? super T> inbox) {
        for (T item = held.poll(); item != null; item = held.poll()) {
            pass(kept, item);
        }
        this.inbox = inbox;
        return turnedAway;
    }

    /** Nothing will ever stand behind this gate: forgets what was kept and everything from here on. */
    synchronized void wall() {
        held.clear();
        inbox = item -> {};
    }
}
