package io.sluice.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.TestWaker;
import io.sluice.runtime.time.DelayQueue.Expired;
import io.sluice.runtime.time.DelayQueue.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DelayQueueTest {

    private final ManualClock clock = new ManualClock();
    private final TimeDriver driver = new TimeDriver(clock);
    private final TestWaker waker = new TestWaker();
    private boolean waits;
    private final DelayQueue<String> queue = new DelayQueue<>(driver);

    @AfterEach
    void noTimerIsLeftBehind() {
        queue.cancel();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(driver.timers()).isZero();
    }

    @Test
    void pollExpired_empty_isNullAndMayBeUsedAgain() {
        assertThat(poll().get()).isNull();
        insert("a", 1);
        assertThat(poll().isPending()).isTrue();
        step(1);
        assertThat(poll().get().value()).isEqualTo("a");
        assertThat(poll().get()).isNull();
        insert("b", 0);
        assertThat(poll().get().value()).isEqualTo("b");
    }

    @Test
    void pollExpired_inOrderOfDeadlines_neverEarly() {
        long startNanos = clock.nanoTime();
        insert("c", 30);
        insert("a", 10);
        insert("b", 20);
        assertThat(poll().isPending()).isTrue();
        clock.advanceNanos(10_000_000 - 1);
        driver.advance();
        assertThat(waker.isWoken()).isFalse();
        assertThat(poll().isPending()).isTrue();
        clock.advanceNanos(1);
        driver.advance();
        assertThat(waker.wakes()).isEqualTo(1);
        Expired<String> first = poll().get();
        assertThat(first.value()).isEqualTo("a");
        assertThat(first.deadlineNanos()).isEqualTo(startNanos + 10_000_000);
        step(100);
        assertThat(poll().get().value()).isEqualTo("b");
        assertThat(poll().get().value()).isEqualTo("c");
    }

    @Test
    void insert_many_oneTimerInside() {
        for (int i = 0; i < 1_000; i++) {
            insert("x", 1 + i * 37 % 5_000);
        }
        assertThat(poll().isPending()).isTrue();
        assertThat(driver.timers()).isEqualTo(1);
    }

    @Test
    void insert_earlierThanAll_wakesTheWaitingTaskInTime() {
        insert("late", 1_000);
        poll();
        insert("early", 10);
        assertThat(driver.timers()).isEqualTo(1);
        step(10);
        assertThat(waker.isWoken()).isTrue();
        assertThat(poll().get().value()).isEqualTo("early");
        assertThat(poll().isPending()).isTrue();
    }

    @Test
    void insert_alreadyDue_wakesTheWaitingTaskAtOnce() {
        insert("late", 1_000);
        poll();
        queue.insertAt("past", clock.nanoTime() - 5_000_000_000L);
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(poll().get().value()).isEqualTo("past");
    }

    @Test
    void insert_nearInfiniteDelay_isAccepted() {
        queue.insert("never", Duration.ofSeconds(Long.MAX_VALUE));
        queue.insert("before ever", Duration.ofSeconds(Long.MIN_VALUE));
        assertThat(poll().get().value()).isEqualTo("before ever");
        step(Duration.ofDays(365 * 20).toMillis());
        assertThat(poll().isPending()).isTrue();
    }

    @Test
    void remove_givesTheValueAndItNeverComes() {
        Key<String> key = insert("a", 10);
        insert("b", 20);
        poll();
        assertThat(queue.contains(key)).isTrue();
        assertThat(queue.remove(key).value()).isEqualTo("a");
        assertThat(queue.contains(key)).isFalse();
        step(100);
        assertThat(poll().get().value()).isEqualTo("b");
        assertThat(poll().get()).isNull();
    }

    @Test
    void remove_ofTheLast_wakesTheWaitingTaskForTheEnd() {
        Key<String> key = insert("a", 10);
        poll();
        queue.remove(key);
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(driver.timers()).isZero();
        assertThat(poll().get()).isNull();
    }

    @Test
    void remove_dueButNotPolled_neverComes() {
        Key<String> a = insert("a", 10);
        insert("b", 10);
        Key<String> c = insert("c", 10);
        step(10);
        assertThat(poll().get().value()).isEqualTo("a");
        assertThat(queue.tryRemove(a)).isNull();
        assertThat(queue.remove(c).value()).isEqualTo("c");
        assertThat(poll().get().value()).isEqualTo("b");
        assertThat(poll().get()).isNull();
    }

    @Test
    void key_ofAValueThatLeft_isRefused() {
        Key<String> key = insert("a", 0);
        assertThat(poll().get().key()).isSameAs(key);
        assertThat(queue.tryRemove(key)).isNull();
        assertThatThrownBy(() -> queue.remove(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.reset(key, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        Key<String> foreign = new DelayQueue<String>(driver).insert("b", Duration.ofHours(1));
        assertThat(queue.tryRemove(foreign)).isNull();
    }

    @Test
    void reset_later_comesLater() {
        Key<String> key = insert("a", 10);
        poll();
        queue.reset(key, Duration.ofMillis(50));
        step(49);
        assertThat(poll().isPending()).isTrue();
        step(1);
        Expired<String> expired = poll().get();
        assertThat(expired.value()).isEqualTo("a");
        assertThat(expired.deadlineNanos()).isEqualTo(clock.nanoTime());
        assertThat(key.deadlineNanos()).isEqualTo(clock.nanoTime());
    }

    @Test
    void reset_earlier_wakesInTime() {
        Key<String> key = insert("a", 1_000);
        poll();
        queue.reset(key, Duration.ofMillis(5));
        step(5);
        assertThat(waker.isWoken()).isTrue();
        assertThat(poll().get().value()).isEqualTo("a");
    }

    @Test
    void reset_dueButNotPolled_startsAnew() {
        Key<String> a = insert("a", 10);
        insert("b", 10);
        insert("c", 10);
        step(10);
        poll();
        assertThat(queue.contains(a)).isFalse();
        Key<String> d = insert("d", 0);
        queue.reset(d, Duration.ofMillis(20));
        assertThat(poll().get().value()).isEqualTo("b");
        assertThat(poll().get().value()).isEqualTo("c");
        assertThat(poll().isPending()).isTrue();
        step(20);
        assertThat(poll().get().value()).isEqualTo("d");
        assertThat(poll().get()).isNull();
    }

    @Test
    void pollExpired_clockWentBack_endsAllTheSame() {
        insert("a", 10);
        poll();
        step(10);
        clock.advance(Duration.ofMillis(-8));
        assertThat(poll().get().value()).isEqualTo("a");
    }

    @Test
    void pollExpired_withoutBudget_isPendingAndAsksForAnotherTurn() {
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i <= Coop.BUDGET; i++) {
            insert("x", 0);
        }
        for (int i = 0; i < Coop.BUDGET; i++) {
            assertThat(queue.pollExpired(cx).isReady()).isTrue();
        }
        assertThat(queue.pollExpired(cx).isPending()).isTrue();
        assertThat(waker.isWoken()).isTrue();
    }

    @Test
    void nextExpired_cancel_leavesNoTimerAndNoValueIsLost() throws Exception {
        insert("a", 10);
        var next = queue.nextExpired();
        assertThat(next.poll(waker.context()).isPending()).isTrue();
        next.cancel();
        assertThat(driver.timers()).isZero();
        step(10);
        assertThat(waker.isWoken()).isFalse();
        assertThat(queue.nextExpired().poll(waker.context()).get().value()).isEqualTo("a");
    }

    @Test
    void timersShutDown_pollThrows() {
        insert("a", 10);
        poll();
        driver.shutdown();
        assertThat(waker.isWoken()).isTrue();
        assertThatThrownBy(this::poll).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void queue_inATask_isWokenByTheRuntime() {
        try (StepRuntime runtime = new StepRuntime()) {
            DelayQueue<String> inTask = new DelayQueue<>(runtime.handle());
            inTask.insert("a", Duration.ofMillis(30));
            var next = runtime.watch(inTask.nextExpired());
            runtime.advance(Duration.ofMillis(29));
            assertThat(next.isEnded()).isFalse();
            runtime.advance(Duration.ofMillis(1));
            assertThat(next.value().value()).isEqualTo("a");
        }
    }

    /** Random inserts, removes, resets and steps against a map that is searched. */
    @Test
    void queue_randomOperations_agreesWithASortedList() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            ManualClock time = new ManualClock();
            TimeDriver timers = new TimeDriver(time);
            DelayQueue<Integer> tested = new DelayQueue<>(timers);
            Map<Key<Integer>, Long> model = new HashMap<>();
            List<Key<Integer>> keys = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                randomStep(random, time, timers, tested, model, keys, i);
                assertThat(tested.size()).as("seed %s", seed).isEqualTo(model.size());
            }
            tested.cancel();
            waits = false;
            assertThat(timers.timers()).isZero();
        }
    }

    private void randomStep(
            Random random,
            ManualClock time,
            TimeDriver timers,
            DelayQueue<Integer> tested,
            Map<Key<Integer>, Long> model,
            List<Key<Integer>> keys,
            int i) {
        long deadline = time.nanoTime() + (long) Math.pow(10, random.nextInt(4, 12));
        Key<Integer> any = keys.isEmpty() ? null : keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                Key<Integer> key = tested.insertAt(i, deadline);
                keys.add(key);
                model.put(key, deadline);
            }
            case 2 -> {
                if (any != null) {
                    assertThat(tested.tryRemove(any) != null).isEqualTo(model.remove(any) != null);
                }
            }
            case 3 -> {
                if (any != null && model.containsKey(any)) {
                    tested.resetAt(any, deadline);
                    model.put(any, deadline);
                }
            }
            case 4 -> {
                time.advanceNanos((long) Math.pow(10, random.nextInt(4, 11)));
                timers.advance();
                boolean due = model.values().stream()
                        .anyMatch(tick -> timers.tickOf(tick) <= timers.tickReached(time.nanoTime()));
                assertThat(!waits || !due || waker.isWoken()).isTrue();
            }
            default -> takeAllDue(time, timers, tested, model);
        }
    }

    private void takeAllDue(
            ManualClock time, TimeDriver timers, DelayQueue<Integer> tested, Map<Key<Integer>, Long> model) {
        List<Long> ticks = new ArrayList<>();
        waker.reset();
        Poll<Expired<Integer>> polled = tested.pollExpired(waker.context());
        while (polled.isReady() && polled.get() != null) {
            assertThat(model.remove(polled.get().key()))
                    .isEqualTo(polled.get().deadlineNanos())
                    .isLessThanOrEqualTo(time.nanoTime());
            ticks.add(timers.tickOf(polled.get().deadlineNanos()));
            polled = tested.pollExpired(waker.context());
        }
        waits = polled.isPending();
        assertThat(ticks).isSorted();
        assertThat(polled.isReady()).isEqualTo(model.isEmpty());
        assertThat(model.values()).allMatch(deadline -> deadline > time.nanoTime() - 1_000_000);
    }

    private Key<String> insert(String value, long delayMillis) {
        return queue.insert(value, Duration.ofMillis(delayMillis));
    }

    private Poll<Expired<String>> poll() {
        return queue.pollExpired(waker.context());
    }

    private void step(long millis) {
        clock.advance(Duration.ofMillis(millis));
        driver.advance();
    }
}
