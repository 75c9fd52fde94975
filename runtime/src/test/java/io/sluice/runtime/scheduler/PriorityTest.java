package io.sluice.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Priority;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order in which one worker, driven by hand, polls tasks of different priority. */
class PriorityTest {

    private final HandDriven hand = new HandDriven(1);
    private final List<String> order = new ArrayList<>();

    private void spawn(String name, Priority priority, Future<Void> future) {
        hand.scheduler.spawn(new Task<>(hand.scheduler, new TaskInfo(name, priority, null, null), future));
    }

    private Future<Void> noting(String name) {
        return cx -> {
            order.add(name);
            return Poll.ready();
        };
    }

    /** Always ready. */
    private Future<Void> busy(String name) {
        return cx -> {
            order.add(name);
            cx.waker().wake();
            return Poll.pending();
        };
    }

    @Test
    void urgentBeforeNormalBeforeBackground() {
        spawn("background", Priority.BACKGROUND, noting("background"));
        spawn("normal", Priority.NORMAL, noting("normal"));
        spawn("urgent", Priority.URGENT, noting("urgent"));
        hand.turns(0, 3);
        assertThat(order).containsExactly("urgent", "normal", "background");
    }

    @ParameterizedTest
    @EnumSource(
            value = Priority.class,
            names = {"URGENT", "NORMAL"})
    void background_runsWithin61Polls_howeverBusyTheOthersAre(Priority others) {
        for (int i = 0; i < 8; i++) {
            spawn("busy", others, busy("busy"));
        }
        hand.turns(0, 100);
        int from = order.size();
        spawn("background", Priority.BACKGROUND, noting("background"));
        hand.turns(0, 100);
        assertThat(order.indexOf("background") - from).isBetween(0, Priority.POLLS_PER_GUARANTEE - 1);
    }

    @Test
    void background_behindTasksThatWakeEachOther_runsWithin61Polls() {
        // Each poll wakes the other into the LIFO slot, so that one turn makes as many polls as it may.
        Pair left = new Pair();
        Pair right = new Pair();
        left.other = right;
        right.other = left;
        spawn("left", Priority.NORMAL, left);
        spawn("right", Priority.NORMAL, right);
        hand.turns(0, 40);
        int from = order.size();
        spawn("background", Priority.BACKGROUND, noting("background"));
        hand.turns(0, 61);
        assertThat(order.indexOf("background") - from).isBetween(0, Priority.POLLS_PER_GUARANTEE - 1);
    }

    private final class Pair implements Future<Void> {
        private Pair other;
        private io.sluice.runtime.Waker waker;

        @Override
        public Poll<Void> poll(Context cx) {
            order.add("pair");
            waker = cx.waker();
            if (other.waker != null) {
                other.waker.wake();
            }
            return Poll.pending();
        }
    }

    @Test
    void normal_underAFloodOfUrgent_runsWithin61Polls() {
        for (int i = 0; i < 8; i++) {
            spawn("urgent", Priority.URGENT, busy("urgent"));
        }
        hand.turns(0, 100);
        int from = order.size();
        spawn("normal", Priority.NORMAL, noting("normal"));
        hand.turns(0, 100);
        assertThat(order.indexOf("normal") - from).isBetween(0, Priority.POLLS_PER_GUARANTEE - 1);
    }

    @Test
    void background_hasOneTurnOf61_notMore() {
        for (int i = 0; i < 4; i++) {
            spawn("normal", Priority.NORMAL, busy("normal"));
        }
        for (int i = 0; i < 4; i++) {
            spawn("background", Priority.BACKGROUND, busy("background"));
        }
        hand.turns(0, 6100);
        assertThat(order.stream().filter("background"::equals).count()).isBetween(100L, 110L);
    }

    @Test
    void sameLevel_oldestFirst() {
        for (int i = 0; i < 5; i++) {
            spawn("u" + i, Priority.URGENT, noting("u" + i));
        }
        hand.turns(0, 5);
        assertThat(order).containsExactly("u0", "u1", "u2", "u3", "u4");
    }

    @Test
    void close_dropsWhatWaits_andEndsIt() {
        spawn("background", Priority.BACKGROUND, noting("background"));
        hand.scheduler.close();
        hand.on(0, () -> hand.worker(0).run());
        assertThat(order).isEmpty();
        assertThat(hand.scheduler.metrics().aliveTasks()).isZero();
        assertThat(hand.scheduler.metrics().prioritizedDepth()).isZero();
    }
}
