package io.sluice.runtime.time;

import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakeList;
import org.jspecify.annotations.Nullable;

/**
 * A hashed hierarchical timing wheel: holds entries by the tick at which they are due.
 *
 * <p>Knows neither clock nor lock; the tick is a parameter and a tick is a millisecond by its user's convention.
 *
 * <pre>
 * level   a slot spans     the level reaches
 *   0         1 ms             64 ms
 *   1        64 ms            ~4 s
 *   2        ~4 s             ~4 min
 *   3        ~4 min           ~5 h
 *   4        ~5 h            ~12 d
 *   5       ~12 d             ~2 y     what lies beyond waits in the last slot and is placed again from there
 * </pre>
 *
 * <p>The level of an entry is that of the highest group of six bits in which its tick differs from {@link #elapsed};
 * the slot is that group. So on levels 0 to 4 everything lies ahead within the turn, and whatever is on a level is due
 * before anything on the levels above. Level 5 is a ring: its slots are 1 to 63 ahead. When time reaches the start of a
 * slot its entries are placed again, lower, or fire. This may stop in the middle of a slot: the rest stays at distance 0
 * (where nothing is ever inserted) and comes first at the next call.
 *
 * <p>Follows Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", scheme 7, in the form of
 * {@code tokio::runtime::time::wheel}; unlike there, time is not woken for moving entries between levels, only for the
 * earliest deadline itself. Guarded by the driver's lock.
 */
final class TimerWheel {

    static final int LEVELS = 6;
    static final int SLOTS = 64;
    private static final int SLOT_BITS = 6;

    /** 63 slots of the top level: the furthest that an entry is placed ahead. */
    static final long MAX_SPAN_TICKS = (SLOTS - 1L) << (SLOT_BITS * (LEVELS - 1));

    private final @Nullable TimerSlot[] slots = new TimerSlot[LEVELS * SLOTS];
    private final long[] occupied = new long[LEVELS];
    private long elapsed;
    private int size;

    /** How far time has come; never goes back. */
    long elapsed() {
        return elapsed;
    }

    /** Live entries. */
    int size() {
        return size;
    }

    /** Takes a new entry; false if it is due already, then the caller keeps it. */
    boolean insert(TimerEntry entry) {
        if (entry.deadlineTick <= elapsed) {
            return false;
        }
        place(entry);
        size++;
        return true;
    }

    /** Forgets an entry that was inserted and has not fired. */
    void cancel(TimerEntry entry) {
        TimerSlot slot = entry.slot;
        if (slot == null) {
            return;
        }
        slot.remove(entry);
        size--;
        clearIfEmpty(slot);
    }

    /**
     * The tick at which {@link #expire} has something to do: never later than the earliest entry, and earlier only
     * after cancels, extensions or an interrupted turn, and for what is more than 12 days ahead. {@link Long#MAX_VALUE} if there is no entry.
     */
    long nextTick() {
        long next = Long.MAX_VALUE;
        for (int level = 0; level < LEVELS; level++) {
            TimerSlot slot = firstSlot(level);
            if (slot != null) {
                next = Math.min(next, workOf(slot));
            }
        }
        return next;
    }

    /** When a level's first slot needs a turn: on the top level at its start, for the sake of those placed before their tick. */
    private long workOf(TimerSlot slot) {
        long start = startOf(slot);
        if (start <= elapsed) {
            return elapsed;
        }
        return slot.level == LEVELS - 1 ? start : slot.earliestTick();
    }

    /**
     * Lets time come to {@code nowTick} and collects the wakers of what fires on the way, in order of their ticks.
     * Stops early once {@code maxEntries} entries were touched or {@code fired} is full; then {@link #nextTick} says
     * that more is due.
     *
     * @return how many entries were touched, that is fired, moved or found dead
     */
    int expire(long nowTick, int maxEntries, WakeList fired) {
        int touched = 0;
        while (touched < maxEntries && !fired.isFull()) {
            TimerSlot slot = firstSlot();
            if (slot == null || startOf(slot) > nowTick) {
                elapsed = Math.max(elapsed, nowTick);
                break;
            }
            elapsed = Math.max(elapsed, startOf(slot));
            touched += drain(slot, maxEntries - touched, fired);
        }
        return touched;
    }

    /** Ends every entry, due or not, until {@code woken} is full; false once none is left. */
    boolean shutDown(WakeList woken) {
        for (int level = 0; level < LEVELS; level++) {
            for (TimerSlot slot = firstSlot(level); slot != null; slot = firstSlot(level)) {
                while (!slot.isEmpty()) {
                    if (woken.isFull()) {
                        return true;
                    }
                    TimerEntry entry = slot.take();
                    if (entry != null) {
                        end(entry, TimerEntry.State.SHUT_DOWN, woken);
                    }
                }
                clearIfEmpty(slot);
            }
        }
        return false;
    }

    private int drain(TimerSlot slot, int maxEntries, WakeList fired) {
        int touched = 0;
        while (!slot.isEmpty() && touched < maxEntries && !fired.isFull()) {
            TimerEntry entry = slot.take();
            touched++;
            if (entry == null) {
                continue;
            }
            if (entry.deadlineTick <= elapsed) {
                end(entry, TimerEntry.State.FIRED, fired);
            } else {
                place(entry);
            }
        }
        clearIfEmpty(slot);
        return touched;
    }

    private void end(TimerEntry entry, TimerEntry.State how, WakeList woken) {
        size--;
        Waker waker = entry.end(how);
        if (waker != null) {
            woken.add(waker);
        }
    }

    private void place(TimerEntry entry) {
        long tick = Math.min(entry.deadlineTick, elapsed + MAX_SPAN_TICKS);
        int level = levelOf(elapsed ^ tick);
        int index = (int) (tick >>> (SLOT_BITS * level)) & (SLOTS - 1);
        slotAt(level, index).add(entry);
        occupied[level] |= 1L << index;
    }

    private static int levelOf(long difference) {
        int highestBit = Long.SIZE - 1 - Long.numberOfLeadingZeros(difference | (SLOTS - 1));
        return Math.min(highestBit / SLOT_BITS, LEVELS - 1);
    }

    private TimerSlot slotAt(int level, int index) {
        int at = level * SLOTS + index;
        TimerSlot slot = slots[at];
        if (slot == null) {
            slot = new TimerSlot(level, index);
            slots[at] = slot;
        }
        return slot;
    }

    private void clearIfEmpty(TimerSlot slot) {
        if (slot.isEmpty()) {
            slot.reset();
            occupied[slot.level] &= ~(1L << slot.index);
        }
    }

    /** The slot whose start comes first; of two with the same start the higher one, which may hold entries for the lower. */
    private @Nullable TimerSlot firstSlot() {
        TimerSlot first = null;
        for (int level = LEVELS - 1; level >= 0; level--) {
            TimerSlot slot = firstSlot(level);
            if (slot != null && (first == null || startOf(slot) < startOf(first))) {
                first = slot;
            }
        }
        return first;
    }

    private @Nullable TimerSlot firstSlot(int level) {
        if (occupied[level] == 0) {
            return null;
        }
        int current = (int) (elapsed >>> (SLOT_BITS * level)) & (SLOTS - 1);
        int distance = Long.numberOfTrailingZeros(Long.rotateRight(occupied[level], current));
        return slots[level * SLOTS + ((current + distance) & (SLOTS - 1))];
    }

    private long startOf(TimerSlot slot) {
        int shift = SLOT_BITS * slot.level;
        long current = elapsed >>> shift;
        return (current + ((slot.index - current) & (SLOTS - 1))) << shift;
    }
}
