package io.sluice.runtime.time;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.task.WakeList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {

    private static final int UNBOUNDED = Integer.MAX_VALUE;

    private final TimerWheel wheel = new TimerWheel();
    private final List<Long> fired = new ArrayList<>();

    @Test
    void insert_dueTick_isRefused() {
        expire(100);

        assertThat(wheel.insert(entry(100))).isFalse();
        assertThat(wheel.insert(entry(99))).isFalse();
        assertThat(wheel.insert(entry(101))).isTrue();
        assertThat(wheel.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 65, 4095, 4096, 4097, 1L << 18, (1L << 24) + 7, (1L << 30) - 1, (1L << 36) - 1})
    void expire_everyLevel_firesOnItsTickAndNotBefore(long tick) {
        insert(tick);

        assertThat(wheel.nextTick()).isBetween(tick < 1L << 30 ? tick : 1L << 30, tick);
        expire(tick - 1);
        assertThat(fired).isEmpty();
        expire(tick);
        assertThat(fired).containsExactly(tick);
        assertThat(wheel.nextTick()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 36, (1L << 36) + 5, 3L << 37, 30L * 365 * 86_400_000})
    void expire_beyondTheTopLevel_isPlacedAgainAndNotEarly(long tick) {
        insert(tick);
        expire(tick / 2);
        expire(tick - 1);
        assertThat(fired).isEmpty();
        assertThat(wheel.size()).isEqualTo(1);

        expire(tick);
        assertThat(fired).containsExactly(tick);
    }

    @Test
    void expire_acrossTheTopLevelsTurn_keepsOrder() {
        long nearTheEnd = (1L << 36) - 10;
        expire(nearTheEnd);
        insert(nearTheEnd + 5);
        insert(nearTheEnd + 20);
        insert(nearTheEnd + TimerWheel.MAX_SPAN_TICKS);
        insert(nearTheEnd + TimerWheel.MAX_SPAN_TICKS + 1);

        expire(nearTheEnd + 19);
        assertThat(fired).containsExactly(nearTheEnd + 5);
        expire(Long.MAX_VALUE / 2);
        assertThat(fired).isSorted().hasSize(4);
    }

    @Test
    void expire_sameTick_firesInOrderOfInsertion() {
        StringBuilder order = new StringBuilder();
        for (String name : List.of("a", "b", "c")) {
            wheel.insert(new TimerEntry(70, () -> order.append(name)));
        }

        expire(70);

        assertThat(order).hasToString("abc");
    }

    @Test
    void expire_manyDue_stopsAtItsBoundAndSaysThatMoreIsDue() {
        for (int i = 0; i < 100; i++) {
            insert(5000 + i % 3);
        }

        int turns = 0;
        while (wheel.nextTick() <= 6000) {
            WakeList wakes = new WakeList();
            assertThat(wheel.expire(6000, 7, wakes)).isBetween(1, 7);
            assertThat(wakes.wakeAll()).isLessThanOrEqualTo(7);
            turns++;
        }

        assertThat(turns).isGreaterThan(100 / 7);
        assertThat(fired).hasSize(100).isSorted();
    }

    @Test
    void insert_inTheMiddleOfASlot_keepsOrder() {
        for (int i = 0; i < 50; i++) {
            insert(4096 + i);
        }
        wheel.expire(10_000, 20, new WakeList());
        assertThat(wheel.elapsed()).isEqualTo(4096);
        insert(4097);
        insert(4160);

        expire(10_000);

        assertThat(fired).contains(4097L, 4160L).isSorted();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void cancel_mostEntries_leavesTheOthersAndAnExactNextTick() {
        List<TimerEntry> entries = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            entries.add(insert(4096 + i));
        }
        for (int i = 0; i < 1000; i++) {
            if (i != 777) {
                wheel.cancel(entries.get(i));
            }
        }

        assertThat(wheel.size()).isEqualTo(1);
        expire(4096 + 776);
        assertThat(fired).isEmpty();
        assertThat(wheel.nextTick()).isEqualTo(4096 + 777);
        expire(4096 + 777);
        assertThat(fired).containsExactly(4096L + 777);
    }

    @Test
    void cancel_twiceOrAfterFiring_doesNothing() {
        TimerEntry cancelled = insert(10);
        TimerEntry done = insert(20);
        wheel.cancel(cancelled);
        wheel.cancel(cancelled);
        expire(20);
        wheel.cancel(done);

        assertThat(fired).containsExactly(20L);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void cancel_lastEntry_leavesNothingToWakeFor() {
        wheel.cancel(insert(5000));

        assertThat(wheel.nextTick()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void registerAndCancel_foreverWithOneLongLivedNeighbour_keepsTheSlotSmall() {
        insert(5000);
        TimerEntry first = insert(5001);
        TimerSlot slot = requireNonNull(first.slot);
        wheel.cancel(first);
        for (int i = 0; i < 100_000; i++) {
            wheel.cancel(insert(5001));
        }

        assertThat(slot.capacity()).isLessThanOrEqualTo(64);
    }

    @Test
    void expire_extendedEntry_firesAtItsNewTickOnly() {
        TimerEntry entry = insert(100);
        entry.deadlineTick = 9000;

        expire(8999);
        assertThat(fired).isEmpty();
        expire(9000);
        assertThat(fired).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomActions_agreeWithASortedMap(long seed) {
        Random random = new Random(seed);
        Model model = new Model();
        for (int step = 0; step < 20_000; step++) {
            int action = random.nextInt(10);
            if (action < 5) {
                model.insert(wheel.elapsed() + distance(random));
            } else if (action < 8) {
                model.cancelOne(random);
            } else {
                model.advance(wheel.elapsed() + distance(random) / 8, 1 + random.nextInt(64));
            }
        }
        model.advance(Long.MAX_VALUE / 4, UNBOUNDED);
        assertThat(wheel.size()).isZero();
    }

    /** Of every order of magnitude, so that all levels are visited. */
    private static long distance(Random random) {
        return random.nextLong(1L << (1 + random.nextInt(38)));
    }

    private TimerEntry insert(long tick) {
        TimerEntry entry = entry(tick);
        assertThat(wheel.insert(entry)).isTrue();
        return entry;
    }

    private TimerEntry entry(long tick) {
        return new TimerEntry(tick, () -> fired.add(tick));
    }

    private void expire(long tick) {
        WakeList wakes = new WakeList();
        do {
            wheel.expire(tick, UNBOUNDED, wakes);
            wakes.wakeAll();
        } while (wheel.nextTick() <= tick);
        wheel.expire(tick, UNBOUNDED, wakes);
    }

    /** What the wheel should do, done slowly. */
    private final class Model {

        private final TreeMap<Long, List<TimerEntry>> waiting = new TreeMap<>();
        private final List<TimerEntry> all = new ArrayList<>();

        void insert(long tick) {
            TimerEntry entry = entry(tick);
            if (wheel.insert(entry)) {
                waiting.computeIfAbsent(tick, unused -> new ArrayList<>()).add(entry);
                all.add(entry);
            } else {
                assertThat(tick).isLessThanOrEqualTo(wheel.elapsed());
            }
        }

        void cancelOne(Random random) {
            if (!all.isEmpty()) {
                TimerEntry entry = all.remove(random.nextInt(all.size()));
                wheel.cancel(entry);
                forget(entry);
            }
        }

        void advance(long tick, int bound) {
            fired.clear();
            WakeList wakes = new WakeList();
            do {
                wheel.expire(tick, bound, wakes);
                wakes.wakeAll();
            } while (wheel.nextTick() <= tick);
            List<Long> expected = new ArrayList<>();
            var due = waiting.headMap(tick, true);
            due.forEach((when, entries) -> entries.forEach(entry -> {
                expected.add(when);
                all.remove(entry);
                assertThat(entry.state()).isEqualTo(TimerEntry.State.FIRED);
            }));
            due.clear();
            assertThat(fired).isEqualTo(expected);
            assertThat(wheel.size()).isEqualTo(all.size());
            assertThat(wheel.nextTick()).isLessThanOrEqualTo(waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey());
        }

        private void forget(TimerEntry entry) {
            List<TimerEntry> sameTick = requireNonNull(waiting.get(entry.deadlineTick));
            sameTick.remove(entry);
            if (sameTick.isEmpty()) {
                waiting.remove(entry.deadlineTick);
            }
        }
    }
}
