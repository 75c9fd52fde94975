package io.sluice.runtime.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConcurrencyGateTest {

    private final ConcurrencyGate gate = new ConcurrencyGate(new GateLimits(2, 3));
    private final TestWaker waker = new TestWaker();
    private final TestWaker other = new TestWaker();
    private final Scripted one = new Scripted();
    private final Scripted two = new Scripted();
    private final Scripted three = new Scripted();

    @AfterEach
    void everyPlaceIsFree() {
        assertThat(gate.running()).isZero();
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void execute_belowTheLimit_runsAtOnce() throws Exception {
        Future<String> call = gate.execute(() -> one);
        assertThat(call.poll(waker.context()).isPending()).isTrue();
        assertThat(one.polls).isEqualTo(1);
        assertThat(gate.running()).isEqualTo(1);
        one.complete("value");
        assertThat(call.poll(waker.context()).get()).isEqualTo("value");
        assertThat(one.cancels).isZero();
    }

    @Test
    void execute_atTheLimit_waitsFirstComeFirstServed_andIsNotEvenMade() throws Exception {
        Future<String> first = started(one);
        Future<String> second = started(two);
        List<String> made = new ArrayList<>();
        Future<String> third = gate.execute(() -> {
            made.add("third");
            return three;
        });
        Future<String> fourth = gate.execute(() -> {
            made.add("fourth");
            return cx -> Poll.ready("fourth");
        });
        assertThat(third.poll(waker.context()).isPending()).isTrue();
        assertThat(fourth.poll(other.context()).isPending()).isTrue();
        assertThat(gate.waiting()).isEqualTo(2);
        assertThat(made).isEmpty();
        one.complete("one");
        first.poll(waker.context());

        assertThat(other.isWoken()).isFalse();
        assertThat(fourth.poll(other.context()).isPending()).isTrue();
        assertThat(third.poll(waker.context()).isPending()).isTrue();
        assertThat(made).containsExactly("third");
        two.complete("two");
        second.poll(waker.context());
        assertThat(fourth.poll(other.context()).get()).isEqualTo("fourth");
        three.complete("three");
        assertThat(third.poll(waker.context()).get()).isEqualTo("three");
    }

    @Test
    void execute_beyondThoseWhoMayWait_isRefused() throws Exception {
        List<Future<String>> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(gate.execute(Scripted::new));
            assertThat(calls.get(i).poll(waker.context()).isPending()).isTrue();
        }
        Scripted refused = new Scripted();
        Future<String> call = gate.execute(() -> refused);
        assertThatThrownBy(() -> call.poll(waker.context()))
                .isInstanceOf(GateFullException.class)
                .hasMessage("2 run and 3 wait already");
        call.cancel();
        assertThat(gate.refused()).isEqualTo(1);
        assertThat(gate.waiting()).isEqualTo(3);
        assertThat(refused.polls).isZero();

        calls.get(3).cancel();
        calls.set(3, gate.execute(() -> one));
        assertThat(calls.get(3).poll(waker.context()).isPending()).isTrue();
        assertThat(gate.waiting()).isEqualTo(3);
        calls.forEach(Future::cancel);
    }

    @Test
    void execute_nobodyMayWait_refusesAtOnce() throws Exception {
        ConcurrencyGate strict = new ConcurrencyGate(new GateLimits(1, 0));
        Future<String> running = strict.execute(() -> one);
        running.poll(waker.context());
        assertThatThrownBy(() -> strict.execute(() -> two).poll(waker.context()))
                .isInstanceOf(GateFullException.class);
        running.cancel();
        assertThat(strict.execute(() -> cx -> Poll.ready("in"))
                        .poll(waker.context())
                        .get())
                .isEqualTo("in");
    }

    @Test
    void cancel_running_cancelsTheWorkAndFreesItsPlace() throws Exception {
        Future<String> first = started(one);
        Future<String> second = started(two);
        Future<String> third = gate.execute(() -> three);
        third.poll(other.context());
        first.cancel();
        first.cancel();

        assertThat(one.cancels).isEqualTo(1);
        assertThat(other.wakes()).isEqualTo(1);
        third.poll(other.context());
        assertThat(three.polls).isEqualTo(1);
        second.cancel();
        third.cancel();
    }

    @Test
    void cancel_waitingOrAssigned_passesThePlaceOn() throws Exception {
        Future<String> first = started(one);
        Future<String> second = started(two);
        Future<String> assigned = gate.execute(() -> three);
        Future<String> last = gate.execute(() -> cx -> Poll.ready("last"));
        assigned.poll(waker.context());
        last.poll(other.context());
        first.cancel();
        assigned.cancel();

        assertThat(three.polls + three.cancels).isZero();
        assertThat(other.wakes()).isEqualTo(1);
        assertThat(last.poll(other.context()).get()).isEqualTo("last");
        second.cancel();
    }

    @Test
    void work_thatFails_freesItsPlaceAndTellsItsOwner() throws Exception {
        Future<String> call = started(one);
        IOException failure = new IOException("broken");
        one.fail(failure);
        assertThatThrownBy(() -> call.poll(waker.context())).isSameAs(failure);
        assertThat(gate.running()).isZero();
        assertThat(one.cancels).isEqualTo(1);
        call.cancel();
        assertThat(one.cancels).isEqualTo(1);

        assertThatThrownBy(() -> gate.<String>execute(() -> {
                            throw new IllegalArgumentException("no");
                        })
                        .poll(waker.context()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void execute_withoutBudget_isPendingAndTakesNoPlace() throws Exception {
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            gate.execute(() -> ignored -> Poll.ready("in")).poll(cx).get();
        }
        assertThat(gate.execute(() -> one).poll(cx).isPending()).isTrue();
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(one.polls).isZero();
    }

    @Test
    void limits_outOfRange_areRefused() {
        assertThatThrownBy(() -> new GateLimits(0, 1)).hasMessage("running is 0; allowed: at least 1");
        assertThatThrownBy(() -> new GateLimits(1, -1)).hasMessage("waiting is -1; allowed: at least 0");
        assertThat(new ConcurrencyGate(7).limits()).isEqualTo(new GateLimits(7, Integer.MAX_VALUE));
    }

    private Future<String> started(Scripted work) throws Exception {
        Future<String> call = gate.execute(() -> work);
        assertThat(call.poll(waker.context()).isPending()).isTrue();
        return call;
    }
}
