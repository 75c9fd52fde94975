package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.OnceCell.SetResult;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnceCellTest {

    private final OnceCell<String> cell = new OnceCell<>();
    private final TestWaker waker = new TestWaker();
    private final TestWaker other = new TestWaker();
    private final Making making = new Making();
    private final Making further = new Making();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(cell.waiters()).isZero();
    }

    @Test
    void getOrInit_first_makesTheValueOnce() throws Exception {
        making.next = Poll.ready("made");
        assertThat(cell.get()).isNull();
        assertThat(cell.getOrInit(() -> making).poll(waker.context()).get()).isEqualTo("made");
        assertThat(cell.isInitialised()).isTrue();
        assertThat(cell.get()).isEqualTo("made");
        assertThat(cell.getOrInit(() -> further).poll(waker.context()).get()).isEqualTo("made");
        assertThat(further.polls).isZero();
        assertThat(making.cancels).isZero();
    }

    @Test
    void getOrInit_whileItIsMade_waitsForIt() throws Exception {
        Future<String> first = cell.getOrInit(() -> making);
        Future<String> second = cell.getOrInit(() -> further);
        assertThat(first.poll(waker.context()).isPending()).isTrue();
        assertThat(second.poll(other.context()).isPending()).isTrue();
        assertThat(cell.set("offered")).isEqualTo(SetResult.INITIALISING);
        making.next = Poll.ready("made");
        assertThat(first.poll(waker.context()).get()).isEqualTo("made");

        assertThat(other.wakes()).isEqualTo(1);
        assertThat(second.poll(other.context()).get()).isEqualTo("made");
        assertThat(further.polls).isZero();
    }

    @Test
    void getOrInit_initialiserCancelled_handsOverToTheNext() throws Exception {
        Future<String> first = cell.getOrInit(() -> making);
        Future<String> second = cell.getOrInit(() -> further);
        first.poll(waker.context());
        second.poll(other.context());
        first.cancel();
        first.cancel();

        assertThat(making.cancels).isEqualTo(1);
        assertThat(other.wakes()).isEqualTo(1);
        further.next = Poll.ready("by the next");
        assertThat(second.poll(other.context()).get()).isEqualTo("by the next");
    }

    @Test
    void getOrInit_initialiserFails_tellsItsOwnerAndHandsOver() throws Exception {
        Future<String> first = cell.getOrInit(() -> making);
        Future<String> second = cell.getOrInit(() -> further);
        first.poll(waker.context());
        second.poll(other.context());
        making.failure = new IOException("broken");

        assertThatThrownBy(() -> first.poll(waker.context())).isSameAs(making.failure);
        assertThat(making.cancels).isEqualTo(1);
        further.next = Poll.ready("by the next");
        assertThat(second.poll(other.context()).get()).isEqualTo("by the next");
        assertThat(cell.get()).isEqualTo("by the next");
    }

    @Test
    void getOrInit_supplierThrowsOrGivesNull_handsOver() {
        assertThatThrownBy(() -> cell.getOrInit(() -> {
                            throw new IllegalArgumentException("no");
                        })
                        .poll(waker.context()))
                .isInstanceOf(IllegalArgumentException.class);
        making.next = Poll.ready();
        assertThatThrownBy(() -> cell.getOrInit(() -> making).poll(waker.context()))
                .isInstanceOf(NullPointerException.class);
        assertThat(cell.isInitialised()).isFalse();
        assertThat(cell.set("set")).isEqualTo(SetResult.SET);
    }

    @Test
    void cancel_waitingOrAssigned_passesTheRightOn() throws Exception {
        Future<String> first = cell.getOrInit(() -> making);
        Future<String> assigned = cell.getOrInit(() -> further);
        Future<String> last = cell.getOrInit(() -> further);
        first.poll(waker.context());
        assigned.poll(other.context());
        last.poll(other.context());
        first.cancel();
        assigned.cancel();

        assertThat(other.wakes()).isEqualTo(2);
        further.next = Poll.ready("by the last");
        assertThat(last.poll(other.context()).get()).isEqualTo("by the last");
    }

    @Test
    void set_once_isSeenByAll_andRefusedAfterwards() throws Exception {
        assertThat(cell.set("set")).isEqualTo(SetResult.SET);
        assertThat(cell.set("again")).isEqualTo(SetResult.ALREADY_SET);
        assertThat(cell.getOrInit(() -> making).poll(waker.context()).get()).isEqualTo("set");
        assertThat(making.polls).isZero();
    }

    @Test
    void getOrInit_withoutBudget_isPending() throws Exception {
        cell.set("set");
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            assertThat(cell.getOrInit(() -> making).poll(cx).isReady()).isTrue();
        }
        assertThat(cell.getOrInit(() -> making).poll(cx).isPending()).isTrue();
        assertThat(waker.wakes()).isEqualTo(1);
    }

    private static final class Making implements Future<String> {

        Poll<String> next = Poll.pending();

        @Nullable
        Exception failure;

        int polls;
        int cancels;

        @Override
        public Poll<String> poll(Context cx) throws Exception {
            polls++;
            if (failure != null) {
                throw failure;
            }
            return next;
        }

        @Override
        public void cancel() {
            cancels++;
        }
    }
}
