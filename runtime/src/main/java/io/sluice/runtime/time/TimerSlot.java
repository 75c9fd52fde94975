package io.sluice.runtime.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one slot of the wheel, oldest first, in an array.
 *
 * <p>An array and not a linked list: storing references into old objects costs G1 a card mark each, and lists made
 * firing a million timers six times as slow. An entry leaves by being taken from the front, or, when cancelled, by
 * leaving a gap: once half of a slot is gaps they are closed, so that a cancel costs a constant on average and memory
 * stays within twice the live entries. Guarded by the driver's lock.
 */
final class TimerSlot {

    private static final TimerEntry[] NONE = {};

    /** Below this closing them saves less than it costs. */
    private static final int MIN_GAPS_TO_CLOSE = 16;

    /** What an empty slot may keep; a slot that held a burst gives its array back. */
    private static final int KEPT_CAPACITY = 64;

    final int level;
    final int index;

    private @Nullable TimerEntry[] entries = NONE;
    private int head;
    private int tail;
    private int gaps;
    private long earliestTick = Long.MAX_VALUE;

    TimerSlot(int level, int index) {
        this.level = level;
        this.index = index;
    }

    /** No live entry is due before this tick; after cancels and extensions it may be too early, never too late. */
    long earliestTick() {
        return earliestTick;
    }

    /** Entries that it could hold without growing. */
    int capacity() {
        return entries.length;
    }

    boolean isEmpty() {
        return head + gaps == tail;
    }

    void add(TimerEntry entry) {
        if (tail == entries.length) {
            makeRoom();
        }
        entries[tail] = entry;
        entry.slot = this;
        entry.place = tail++;
        earliestTick = Math.min(earliestTick, entry.deadlineTick);
    }

    /** Removes the oldest entry, which is null if that one was cancelled; the slot is not empty. */
    @Nullable
    TimerEntry take() {
        TimerEntry entry = entries[head];
        entries[head++] = null;
        if (entry == null) {
            gaps--;
        }
        return entry;
    }

    /** Forgets an entry of this slot. */
    void remove(TimerEntry entry) {
        entries[entry.place] = null;
        entry.slot = null;
        gaps++;
        if (gaps >= MIN_GAPS_TO_CLOSE && gaps > (tail - head) / 2 && !isEmpty()) {
            closeGaps();
        }
    }

    /** Makes an empty slot as good as new. */
    void reset() {
        if (entries.length > KEPT_CAPACITY) {
            entries = NONE;
        } else {
            Arrays.fill(entries, head, tail, null);
        }
        head = 0;
        tail = 0;
        gaps = 0;
        earliestTick = Long.MAX_VALUE;
    }

    private void makeRoom() {
        if (head > tail / 2) {
            closeGaps();
        } else {
            entries = Arrays.copyOf(entries, Math.max(4, entries.length * 2));
        }
    }

    private void closeGaps() {
        int kept = 0;
        long earliest = Long.MAX_VALUE;
        for (int i = head; i < tail; i++) {
            TimerEntry entry = entries[i];
            if (entry != null) {
                entry.place = kept;
                entries[kept++] = entry;
                earliest = Math.min(earliest, entry.deadlineTick);
            }
        }
        Arrays.fill(entries, kept, tail, null);
        head = 0;
        tail = kept;
        gaps = 0;
        earliestTick = earliest;
    }
}
