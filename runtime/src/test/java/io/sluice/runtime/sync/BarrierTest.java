package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.sync.Barrier.Role;
import io.sluice.runtime.testkit.TestWaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarrierTest {

    private final TestWaker waker = new TestWaker();

    @Test
    void barrier_ofZeroOrOne_holdsNobodyUp() throws Exception {
        for (int parties = 0; parties <= 1; parties++) {
            Barrier barrier = new Barrier(parties);
            for (int i = 0; i < 3; i++) {
                assertThat(barrier.await().poll(waker.context()).get()).isEqualTo(Role.LEADER);
            }
        }
        assertThatThrownBy(() -> new Barrier(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lastToArrive_isTheLeader_andLetsAllOthersGoOn() throws Exception {
        Barrier barrier = new Barrier(100);
        List<Future<Role>> waiting = arrive(barrier, 99);
        assertThat(barrier.waiters()).isEqualTo(99);
        assertThat(waker.isWoken()).isFalse();

        assertThat(barrier.await().poll(waker.context()).get()).isEqualTo(Role.LEADER);
        assertThat(waker.wakes()).isEqualTo(99);
        for (Future<Role> one : waiting) {
            assertThat(one.poll(waker.context()).get()).isEqualTo(Role.FOLLOWER);
        }
        assertThat(barrier.waiters()).isZero();
    }

    @Test
    void barrier_isReusable_alsoBeforeTheLastGroupHasLeft() throws Exception {
        Barrier barrier = new Barrier(2);
        List<Future<Role>> firstGroup = arrive(barrier, 1);
        barrier.await().poll(waker.context());
        List<Future<Role>> secondGroup = arrive(barrier, 1);

        assertThat(firstGroup.get(0).poll(waker.context()).get()).isEqualTo(Role.FOLLOWER);
        assertThat(secondGroup.get(0).poll(waker.context()).isPending()).isTrue();
        assertThat(barrier.await().poll(waker.context()).get()).isEqualTo(Role.LEADER);
        assertThat(secondGroup.get(0).poll(waker.context()).get()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void await_neverPolled_hasNotArrived() throws Exception {
        Barrier barrier = new Barrier(2);
        barrier.await().cancel();
        Future<Role> idle = barrier.await();
        Future<Role> first = arrive(barrier, 1).get(0);
        assertThat(first.poll(waker.context()).isPending()).isTrue();
        assertThat(idle.poll(waker.context()).get()).isEqualTo(Role.LEADER);
        assertThat(first.poll(waker.context()).isReady()).isTrue();
    }

    /** Not cancel-safe, as in Tokio. */
    @Test
    void await_cancelledAfterItsArrival_staysCounted() throws Exception {
        Barrier barrier = new Barrier(2);
        Future<Role> gone = arrive(barrier, 1).get(0);
        gone.cancel();
        gone.cancel();
        assertThat(barrier.waiters()).isZero();

        assertThat(barrier.await().poll(waker.context()).get()).isEqualTo(Role.LEADER);
        assertThat(waker.isWoken()).isFalse();
    }

    @Test
    void await_withoutBudget_hasNotArrived() throws Exception {
        Barrier barrier = new Barrier(1);
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            assertThat(barrier.await().poll(cx).isReady()).isTrue();
        }
        assertThat(barrier.await().poll(cx).isPending()).isTrue();
        assertThat(waker.wakes()).isEqualTo(1);
    }

    private List<Future<Role>> arrive(Barrier barrier, int count) throws Exception {
        List<Future<Role>> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Future<Role> one = barrier.await();
            assertThat(one.poll(waker.context()).isPending()).isTrue();
            waiting.add(one);
        }
        return waiting;
    }
}
