package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.DropReason;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * One of those that send to the sidecar, as far as it is told from the others: what it holds of custody, and what became
 * of its items.
 */
final class Sender {

    private final String name;

    /** Guarded by custody's lock. */
    long heldBytes;

    /** Guarded by custody's lock. */
    long lastSeenNanos;

    /** Until when its requests share no batch with those of others. Any thread; the last writer counts. */
    private volatile long apartUntilNanos;

    private volatile boolean apart;

    /** Until when its requests go by the quarantine. Any thread; the last writer counts. */
    private volatile long quarantinedUntilNanos;

    private volatile boolean quarantined;

    private final LongAdder refusedRequests = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final Map<DropReason, LongAdder> dropped = new ConcurrentHashMap<>();

    Sender(String name) {
        this.name = requireNonNull(name, "name");
    }

    /** As people and metrics may see it. */
    String name() {
        return name;
    }

    // ---- suspicion --------------------------------------------------------------------------------------------

    /** Bad data was found in a batch that it has a part in. */
    void keepApartUntil(long nanos) {
        apartUntilNanos = nanos;
        apart = true;
    }

    /** Whether its requests are not to be merged with those of others. */
    boolean isApart(long nowNanos) {
        return apart && apartUntilNanos - nowNanos > 0;
    }

    /** Bad data was found in one of its requests. */
    void quarantineUntil(long nanos) {
        quarantinedUntilNanos = nanos;
        quarantined = true;
    }

    /** Whether its requests are not to take the permits of others either. */
    boolean isQuarantined(long nowNanos) {
        return quarantined && quarantinedUntilNanos - nowNanos > 0;
    }

    // ---- what became of its items; any thread -----------------------------------------------------------------

    void refused() {
        refusedRequests.increment();
    }

    void delivered(long items) {
        delivered.add(items);
    }

    void rejected(long items) {
        rejected.add(items);
    }

    void dropped(DropReason reason, long items) {
        dropped.computeIfAbsent(reason, key -> new LongAdder()).add(items);
    }

    long refusedRequests() {
        return refusedRequests.sum();
    }

    long deliveredItems() {
        return delivered.sum();
    }

    long rejectedItems() {
        return rejected.sum();
    }

    SortedMap<String, Long> droppedItems() {
        SortedMap<String, Long> now = new TreeMap<>();
        dropped.forEach((reason, items) -> now.put(reason.key(), items.sum()));
        return now;
    }

    /** Takes over the counts of one that is forgotten, so that sums never fall. */
    void inherit(Sender forgotten) {
        refusedRequests.add(forgotten.refusedRequests.sum());
        delivered.add(forgotten.delivered.sum());
        rejected.add(forgotten.rejected.sum());
        forgotten.dropped.forEach((reason, items) -> dropped(reason, items.sum()));
    }
}
