package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of each item of one hop and signal, in items as {@link ItemMeasure#count} weighs them.
 *
 * <p>Each item offered is accepted or refused; each item accepted ends in exactly one of delivered, rejected, dropped,
 * and is pending until then. What is offered and what is pending follow from the rest and are not counted twice, so the
 * producer's thread pays for one addition.
 *
 * <p>Any thread. Acceptance is counted before an item becomes visible to the batch loop and taken back if the inbox
 * turns it away, so that a snapshot never shows more settled than accepted.
 */
public final class Account {

    private final LongAdder accepted = new LongAdder();
    private final Map<RefuseReason, LongAdder> refused = adders(RefuseReason.class);
    private final LongAdder delivered = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final Map<DropReason, LongAdder> dropped = adders(DropReason.class);

    /** Of those dropped, the ones that never were part of a batch. */
    private final Map<DropReason, LongAdder> unsent = adders(DropReason.class);

    void accepted(long items) {
        accepted.add(items);
    }

    /** Undoes {@link #accepted} for items that the inbox turned away after all. */
    void takeBack(long items) {
        accepted.add(-items);
    }

    /** Counts items that were turned away. */
    public void refused(RefuseReason reason, long items) {
        adder(refused, reason).add(items);
    }

    void delivered(long items) {
        delivered.add(items);
    }

    void rejected(long items) {
        rejected.add(items);
    }

    void dropped(DropReason reason, long items) {
        adder(dropped, reason).add(items);
    }

    /** Counts items that were given up before they became part of a batch. */
    void droppedUnsent(DropReason reason, long items) {
        adder(unsent, reason).add(items);
        dropped(reason, items);
    }

    /** Of the items dropped, those that never were part of a batch, by reason; reasons that never occurred are absent. */
    public SortedMap<String, Long> unsent() {
        SortedMap<String, Long> unsentNow = new TreeMap<>();
        unsent.forEach((reason, items) -> putIfAny(unsentNow, reason.key(), items.sum()));
        return unsentNow;
    }

    /** Accepted items that were not delivered and never will be. */
    long lostItems() {
        long lost = rejected.sum();
        for (LongAdder items : dropped.values()) {
            lost += items.sum();
        }
        return lost;
    }

    /** Items that an inbox was not large enough for: turned away, or taken away again to make room. */
    public long overflowedItems() {
        long items = adder(dropped, DropReason.EVICTED).sum();
        for (LongAdder turnedAway : refused.values()) {
            items += turnedAway.sum();
        }
        return items;
    }

    /** The counters now. Settled items are read first, so that none of them is missing among the accepted. */
    public AccountSnapshot snapshot() {
        SortedMap<String, Long> droppedNow = new TreeMap<>();
        dropped.forEach((reason, items) -> putIfAny(droppedNow, reason.key(), items.sum()));
        long deliveredNow = delivered.sum();
        long rejectedNow = rejected.sum();
        long acceptedNow = accepted.sum();
        SortedMap<String, Long> refusedNow = new TreeMap<>();
        refused.forEach((reason, items) -> putIfAny(refusedNow, reason.key(), items.sum()));
        return new AccountSnapshot(acceptedNow, refusedNow, deliveredNow, rejectedNow, droppedNow);
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }

    private static void putIfAny(SortedMap<String, Long> map, String key, long items) {
        if (items != 0) {
            map.put(key, items);
        }
    }

    /** One adder a constant; the map itself never changes, so that any thread may read it. */
    private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> reasons) {
        Map<K, LongAdder> adders = new EnumMap<>(reasons);
        for (K reason : reasons.getEnumConstants()) {
            adders.put(reason, new LongAdder());
        }
        return adders;
    }

    private static <K> LongAdder adder(Map<K, LongAdder> adders, K reason) {
        return requireNonNull(adders.get(reason), "reason");
    }
}
