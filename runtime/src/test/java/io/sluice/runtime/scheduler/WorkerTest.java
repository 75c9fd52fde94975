package io.sluice.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tokio's table of the multi-thread scheduler, row by row, without threads that run by themselves. */
class WorkerTest {

    private final HandDriven hand = new HandDriven(2);
    private final MultiThreadScheduler scheduler = hand.scheduler;
    private final List<String> ran = new ArrayList<>();

    /** Runs whenever it is woken. */
    private Task<Void> recording(String name) {
        return hand.task(name, cx -> {
            ran.add(name);
            return Poll.pending();
        });
    }

    /** Wakes itself in each poll, so that there is always something to do. */
    private Task<Void> restless() {
        return hand.task("restless", cx -> {
            cx.waker().wake();
            return Poll.pending();
        });
    }

    private void queue(int worker, String... names) {
        hand.on(worker, () -> {
            for (String name : names) {
                scheduler.scheduleYielded(recording(name));
            }
        });
    }

    // ---- the LIFO slot ----------------------------------------------------------------------------------------

    @Test
    void lifo_wokenLast_runsFirst_andTheDisplacedGoesToTheBack() {
        queue(0, "queued");
        hand.on(0, () -> {
            scheduler.schedule(recording("first"));
            scheduler.schedule(recording("second"));
        });
        hand.turns(0, 3);
        assertThat(ran).containsExactly("second", "queued", "first");
    }

    @Test
    void lifo_afterThreePolls_isOffForWhatTheThirdWakes() {
        AtomicReference<Waker> ping = new AtomicReference<>();
        AtomicReference<Waker> pong = new AtomicReference<>();
        Task<Void> left = hand.task("ping", waking("ping", ping, pong));
        Task<Void> right = hand.task("pong", waking("pong", pong, ping));
        hand.on(0, () -> {
            scheduler.schedule(right);
            hand.worker(0).turn();
            ran.clear();
            scheduler.schedule(left);
            scheduler.scheduleYielded(recording("bystander"));
        });
        hand.turns(0, 1);
        assertThat(ran).containsExactly("ping", "pong", "ping", "pong");
        ran.clear();
        hand.turns(0, 2);
        assertThat(ran.get(0)).isEqualTo("bystander");
        assertThat(ran.get(1)).isEqualTo("ping");
    }

    private Future<Void> waking(String name, AtomicReference<Waker> mine, AtomicReference<Waker> other) {
        return cx -> {
            ran.add(name);
            mine.set(cx.waker());
            Waker partner = other.get();
            if (partner != null) {
                partner.wake();
            }
            return Poll.pending();
        };
    }

    @Test
    void lifo_budgetSpent_goesToTheBack() {
        Task<Void> woken = recording("woken");
        Task<Void> greedy = hand.task("greedy", cx -> {
            for (int i = 0; i < Coop.BUDGET; i++) {
                cx.madeProgress();
            }
            scheduler.schedule(woken);
            return Poll.pending();
        });
        hand.on(0, () -> scheduler.schedule(greedy));
        queue(0, "queued");
        hand.turns(0, 1);
        assertThat(ran).isEmpty();
        hand.turns(0, 2);
        assertThat(ran).containsExactly("queued", "woken");
    }

    @Test
    void budget_newTurn_isFull() {
        List<Boolean> proceeds = new ArrayList<>();
        hand.on(0, () -> {
            for (int i = 0; i < 2; i++) {
                scheduler.scheduleYielded(hand.task("greedy", cx -> {
                    proceeds.add(cx.proceed());
                    for (int j = 0; j < Coop.BUDGET; j++) {
                        cx.madeProgress();
                    }
                    return Poll.pending();
                }));
            }
        });
        hand.turns(0, 2);
        assertThat(proceeds).containsExactly(true, true);
    }

    // ---- waking others ----------------------------------------------------------------------------------------

    @Test
    void schedule_intoTheEmptySlot_wakesNobody() {
        scheduler.idle().transitionToParked(1, false);
        hand.on(0, () -> scheduler.schedule(recording("only")));
        assertThat(scheduler.idle().isParked(1)).isTrue();
    }

    @Test
    void schedule_displacing_wakesASleeper() {
        scheduler.idle().transitionToParked(1, false);
        hand.on(0, () -> {
            scheduler.schedule(recording("first"));
            scheduler.schedule(recording("second"));
        });
        assertThat(scheduler.idle().isParked(1)).isFalse();
    }

    @Test
    void schedule_fromOutside_wakesASleeper() {
        scheduler.idle().transitionToParked(1, false);
        scheduler.schedule(recording("outside"));
        assertThat(scheduler.idle().isParked(1)).isFalse();
        assertThat(scheduler.injection().size()).isEqualTo(1);
    }

    @Test
    void driverWakes_one_isKept_many_callAnother() {
        scheduler.idle().transitionToParked(1, false);
        hand.driver.onLook = () -> scheduler.schedule(recording("one"));
        hand.on(0, () -> hand.worker(0).rest());
        assertThat(scheduler.idle().isParked(1)).isTrue();
        List<Boolean> parkedMeanwhile = new ArrayList<>();
        hand.driver.onLook = () -> {
            for (int i = 0; i < 3; i++) {
                scheduler.schedule(recording("many"));
                parkedMeanwhile.add(scheduler.idle().isParked(1));
            }
        };
        hand.turns(0, 1);
        hand.on(0, () -> hand.worker(0).rest());
        assertThat(parkedMeanwhile).containsExactly(true, true, true);
        assertThat(scheduler.idle().isParked(1)).isFalse();
    }

    @Test
    void searcher_thatFindsWork_sendsTheNext() {
        HandDriven four = new HandDriven(4);
        four.scheduler.idle().transitionToParked(2, false);
        four.scheduler.idle().transitionToParked(3, false);
        for (int i = 0; i < 10; i++) {
            four.scheduler.injection().push(four.task("injected", cx -> Poll.ready()));
        }
        four.on(1, () -> {
            four.scheduler.workers()[1].turn(); // takes its share without searching
        });
        assertThat(four.scheduler.idle().isParked(3)).isTrue();
        four.scheduler.injection().close();
        four.turns(0, 1); // steals from 1
        assertThat(four.scheduler.idle().isParked(3)).isFalse();
        assertThat(four.scheduler.idle().isParked(2)).isTrue();
    }

    // ---- finding ----------------------------------------------------------------------------------------------

    @Test
    void injected_takesAShare_runsTheFirst() {
        for (int i = 0; i < 10; i++) {
            scheduler.schedule(recording("injected " + i));
        }
        hand.turns(0, 1);
        assertThat(ran).containsExactly("injected 0");
        assertThat(hand.worker(0).queue.size()).isEqualTo(5);
        assertThat(scheduler.injection().size()).isEqualTo(4);
    }

    @Test
    void injected_besideABusyRing_getsItsTurn() {
        hand.on(0, () -> {
            scheduler.scheduleYielded(restless());
            scheduler.scheduleYielded(restless());
        });
        scheduler.schedule(recording("injected"));
        hand.turns(0, 61);
        assertThat(ran).containsExactly("injected");
    }

    @Test
    void steal_takesHalf_runsTheLast() {
        queue(0, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        hand.turns(1, 1);
        assertThat(ran).containsExactly("4");
        assertThat(hand.worker(1).queue.size()).isEqualTo(4);
        assertThat(hand.worker(0).queue.size()).isEqualTo(5);
        assertThat(hand.worker(1).stats.steals()).isEqualTo(1);
    }

    @Test
    void steal_doesNotReachTheLifoSlot() {
        hand.on(0, () -> scheduler.schedule(recording("mine")));
        hand.turns(1, 1);
        assertThat(ran).isEmpty();
        hand.turns(0, 1);
        assertThat(ran).containsExactly("mine");
    }

    // ---- yielding and the driver ------------------------------------------------------------------------------

    @Test
    void yield_runsAgainAfterTheOthersAndTheDriver() {
        Task<Void> yielding = hand.task("yielding", cx -> {
            ran.add("yielding");
            cx.yieldTurn();
            return Poll.pending();
        });
        hand.driver.onLook = () -> ran.add("driver");
        hand.on(0, () -> scheduler.scheduleYielded(yielding));
        queue(0, "a", "b");
        for (int i = 0; i < 5; i++) {
            hand.step(0);
        }
        assertThat(ran).containsExactly("yielding", "a", "b", "driver", "yielding");
        assertThat(hand.driver.parks).isZero();
    }

    @Test
    void yield_byMany_keepsTheirOrder() {
        hand.on(0, () -> {
            for (String name : List.of("a", "b", "c")) {
                scheduler.scheduleYielded(hand.task(name, cx -> {
                    ran.add(name);
                    cx.yieldTurn();
                    return Poll.pending();
                }));
            }
        });
        for (int i = 0; i < 7; i++) {
            hand.step(0);
        }
        assertThat(ran).containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void driver_besideABusyRing_isLookedAtInTime() {
        hand.on(0, () -> scheduler.scheduleYielded(restless()));
        hand.turns(0, HandDriven.EVENT_INTERVAL - 1);
        assertThat(hand.driver.looks).isZero();
        hand.turns(0, 1);
        assertThat(hand.driver.looks).isEqualTo(1);
        hand.turns(0, HandDriven.EVENT_INTERVAL);
        assertThat(hand.driver.looks).isEqualTo(2);
    }

    @Test
    void rest_nothingToDo_sleepsInTheDriver_andCounts() {
        hand.driver.onLook = () -> scheduler.schedule(recording("event"));
        hand.step(0);
        assertThat(hand.driver.parks).isEqualTo(1);
        assertThat(hand.worker(0).stats.parks()).isEqualTo(1);
        assertThat(scheduler.idle().isParked(0)).isFalse();
        hand.turns(0, 1);
        assertThat(ran).containsExactly("event");
    }

    @Test
    void close_endsTheRestAtOnce() {
        hand.driver.onLook = scheduler::close;
        hand.step(0);
        assertThat(hand.driver.parks).isEqualTo(1);
        assertThat(scheduler.isClosed()).isTrue();
    }
}
