package io.sluice.benchmarks.pipeline;

import java.util.BitSet;
import java.util.function.LongConsumer;

/** What arrived at one endpoint of the sink: how many items, and which, by their numbers. Any thread. */
final class Tally {

    // All guarded by this.
    private final BitSet seen = new BitSet();
    private long first;
    private long received;
    private long unnumbered;
    private long requests;

    /** Forgets everything; from now on only numbers of at least {@code from} count. */
    synchronized void reset(long from) {
        seen.clear();
        first = from;
        received = 0;
        unnumbered = 0;
        requests = 0;
    }

    /** Counts what {@code items} hands out, all at once. */
    synchronized void request(Items items) {
        requests++;
        items.each(id -> {
            if (id >= first) {
                received++;
                seen.set((int) (id - first));
            }
        });
    }

    /** Counts items that have no number. */
    synchronized void points(long points) {
        requests++;
        received += points;
        unnumbered += points;
    }

    synchronized String counts() {
        return "distinct " + (seen.cardinality() + unnumbered) + " received " + received + " requests " + requests;
    }

    /** Hands out numbers of items. */
    interface Items {
        void each(LongConsumer ids);
    }
}
