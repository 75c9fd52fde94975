package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.testkit.TestWaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SemaphoreTest {

    private final Semaphore semaphore = new Semaphore(3);
    private final TestWaker first = new TestWaker();
    private final TestWaker second = new TestWaker();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(semaphore.waiters()).isZero();
    }

    @Test
    void acquire_free_isReadyAtOnce() throws Exception {
        Permit permit = semaphore.acquire(2).poll(first.context()).get();
        assertThat(permit.count()).isEqualTo(2);
        assertThat(semaphore.availablePermits()).isEqualTo(1);
        permit.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void permit_closedTwice_comesBackOnce() throws Exception {
        Permit permit = semaphore.acquire().poll(first.context()).get();
        permit.close();
        permit.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void permit_forgotten_neverComesBack() throws Exception {
        Permit permit = semaphore.acquire(2).poll(first.context()).get();
        permit.forget();
        permit.close();
        assertThat(semaphore.availablePermits()).isEqualTo(1);
    }

    @Test
    void tryAcquire_tooMany_isRefusedAndTakesNothing() {
        assertThat(semaphore.tryAcquire(4)).isNull();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
        Permit permit = requireNonNull(semaphore.tryAcquire(3));
        assertThat(semaphore.tryAcquire(1)).isNull();
        permit.close();
    }

    @Test
    void waiters_areServedInOrder() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        List<Semaphore.Acquire> waiting = new ArrayList<>();
        List<TestWaker> wakers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(semaphore.acquire());
            wakers.add(new TestWaker());
            assertThat(waiting.get(i).poll(wakers.get(i).context()).isPending()).isTrue();
        }
        all.forget();
        for (int i = 0; i < 3; i++) {
            semaphore.addPermits(1);
            for (int j = 0; j < 3; j++) {
                assertThat(wakers.get(j).isWoken()).isEqualTo(j <= i);
            }
        }
        for (int i = 0; i < 3; i++) {
            waiting.get(i).poll(wakers.get(i).context()).get().close();
        }
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void release_withAWaiter_cannotBeTakenInPassing() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        Semaphore.Acquire waiting = semaphore.acquire();
        waiting.poll(first.context());
        all.forget();
        semaphore.addPermits(1);

        assertThat(semaphore.tryAcquire(1)).isNull();
        assertThat(semaphore.acquire().poll(second.context()).isPending()).isTrue();
        semaphore.addPermits(1);
        waiting.poll(first.context()).get();
        assertThat(second.wakes()).isEqualTo(1);
    }

    @Test
    void acquireMany_takesAlongWhatIsFree_andHoldsUpThoseBehind() throws Exception {
        Permit one = semaphore.acquire(1).poll(first.context()).get();
        Semaphore.Acquire many = semaphore.acquire(3);
        assertThat(many.poll(first.context()).isPending()).isTrue();
        assertThat(semaphore.availablePermits()).isZero();
        Semaphore.Acquire few = semaphore.acquire(1);
        assertThat(few.poll(second.context()).isPending()).isTrue();

        one.close();
        assertThat(first.wakes()).isEqualTo(1);
        assertThat(second.isWoken()).isFalse();
        many.poll(first.context()).get().close();
        assertThat(second.wakes()).isEqualTo(1);
        few.poll(second.context()).get().close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void cancel_withPartOfThePermits_passesThemOn() throws Exception {
        Permit one = semaphore.acquire(1).poll(first.context()).get();
        Semaphore.Acquire many = semaphore.acquire(3);
        many.poll(first.context());
        Semaphore.Acquire few = semaphore.acquire(2);
        few.poll(second.context());

        many.cancel();
        assertThat(second.wakes()).isEqualTo(1);
        few.poll(second.context()).get().close();
        one.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
        assertThat(first.isWoken()).isFalse();
    }

    @Test
    void cancel_assignedButNotFetched_passesThePermitOn() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        Semaphore.Acquire assigned = semaphore.acquire(3);
        assigned.poll(first.context());
        all.close();
        assertThat(first.wakes()).isEqualTo(1);
        assigned.cancel();
        assigned.cancel();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void cancel_neverPolledOrReady_doesNothing() throws Exception {
        semaphore.acquire().cancel();
        Semaphore.Acquire ready = semaphore.acquire(3);
        Permit permit = ready.poll(first.context()).get();
        ready.cancel();
        assertThat(semaphore.availablePermits()).isZero();
        permit.close();
    }

    @Test
    void cancel_waitedAndFetched_doesNothing() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        Semaphore.Acquire waited = semaphore.acquire(2);
        waited.poll(first.context());
        all.close();
        Permit permit = waited.poll(first.context()).get();
        waited.cancel();
        assertThat(semaphore.availablePermits()).isEqualTo(1);
        permit.close();
    }

    @Test
    void cancel_inTheMiddle_keepsTheOrderOfTheOthers() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        List<Semaphore.Acquire> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(semaphore.acquire(3));
            waiting.get(i).poll(second.context());
        }
        waiting.get(1).cancel();
        waiting.get(3).cancel();
        assertThat(semaphore.waiters()).isEqualTo(2);
        all.close();
        waiting.get(0).poll(second.context()).get().close();
        waiting.get(2).poll(second.context()).get().close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void poll_withAnotherWaker_wakesTheLast() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        Semaphore.Acquire waiting = semaphore.acquire();
        waiting.poll(first.context());
        waiting.poll(second.context());
        all.close();
        assertThat(first.isWoken()).isFalse();
        assertThat(second.wakes()).isEqualTo(1);
        waiting.poll(second.context()).get().close();
    }

    @Test
    void close_wakesEverybodyAndTellsThem() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        List<Semaphore.Acquire> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(semaphore.acquire());
            waiting.get(i).poll(first.context());
        }
        semaphore.close();
        semaphore.close();

        assertThat(first.wakes()).isEqualTo(100);
        assertThat(semaphore.isClosed()).isTrue();
        for (Semaphore.Acquire acquire : waiting) {
            assertThatThrownBy(() -> acquire.poll(first.context()))
                    .isInstanceOf(ClosedException.class)
                    .hasMessage("semaphore is closed");
            acquire.cancel();
        }
        assertThatThrownBy(() -> semaphore.acquire().poll(first.context())).isInstanceOf(ClosedException.class);
        assertThat(semaphore.tryAcquire(1)).isNull();
        all.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void close_withPartOfThePermitsAssigned_getsThemBack() throws Exception {
        Permit one = semaphore.acquire(1).poll(first.context()).get();
        Semaphore.Acquire many = semaphore.acquire(3);
        many.poll(first.context());
        semaphore.close();
        assertThat(semaphore.availablePermits()).isEqualTo(2);
        one.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void close_assignedBefore_stillGetsItsPermit() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        Semaphore.Acquire assigned = semaphore.acquire(3);
        assigned.poll(first.context());
        all.close();
        semaphore.close();
        assigned.poll(first.context()).get().close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void addPermits_many_servesManyAndKeepsTheRest() throws Exception {
        Permit all = semaphore.acquire(3).poll(first.context()).get();
        List<Semaphore.Acquire> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(semaphore.acquire());
            waiting.get(i).poll(first.context());
        }
        semaphore.addPermits(105);
        assertThat(first.wakes()).isEqualTo(100);
        assertThat(semaphore.availablePermits()).isEqualTo(5);
        for (Semaphore.Acquire acquire : waiting) {
            acquire.poll(first.context()).get().forget();
        }
        all.forget();
    }

    @Test
    void forgetPermits_takesOnlyWhatIsFree() throws Exception {
        Permit one = semaphore.acquire(1).poll(first.context()).get();
        assertThat(semaphore.forgetPermits(5)).isEqualTo(2);
        one.close();
        assertThat(semaphore.availablePermits()).isEqualTo(1);
    }

    @Test
    void counts_notPositive_areRefused() {
        assertThatThrownBy(() -> new Semaphore(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.acquire(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.tryAcquire(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.addPermits(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.forgetPermits(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void acquire_withoutBudget_isPendingAndTakesNothing() throws Exception {
        Context cx = new Context(first, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            semaphore.acquire().poll(cx).get().close();
        }
        assertThat(semaphore.acquire().poll(cx).isPending()).isTrue();
        assertThat(first.wakes()).isEqualTo(1);
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }
}
