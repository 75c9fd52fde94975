package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** What happens to an item that meets a full inbox. */
public sealed interface Overflow {

    /** The new item is refused and counted; the OpenTelemetry specification's behaviour, and the default. */
    Overflow DROP_NEWEST = new DropNewest();

    /** The item that has waited longest makes room and is counted as dropped. */
    Overflow DROP_OLDEST = new DropOldest();

    /** {@link #DROP_NEWEST}. */
    record DropNewest() implements Overflow {}

    /** {@link #DROP_OLDEST}. */
    record DropOldest() implements Overflow {}

    /**
     * The producer's thread waits for room, and the item is refused if there is none in time. A thread that belongs to a
     * runtime never waits: there the item is refused at once. So it is on a thread that is interrupted.
     *
     * @param limit the longest wait of one item; more than zero
     */
    record Block(Duration limit) implements Overflow {
        public Block {
            requireNonNull(limit, "limit");
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("limit is " + limit + "; allowed: more than zero");
            }
        }
    }
}
