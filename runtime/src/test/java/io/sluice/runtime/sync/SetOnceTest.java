package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Future;
import io.sluice.runtime.testkit.TestWaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetOnceTest {

    private final SetOnce<String> cell = new SetOnce<>();
    private final TestWaker waker = new TestWaker();

    @Test
    void set_first_wakesAllWhoWait_andStays() throws Exception {
        List<Future<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(cell.await());
            assertThat(waiting.get(i).poll(waker.context()).isPending()).isTrue();
        }
        assertThat(cell.get()).isNull();
        assertThat(cell.set("one")).isTrue();
        assertThat(cell.set("two")).isFalse();

        assertThat(waker.wakes()).isEqualTo(100);
        assertThat(cell.waiters()).isZero();
        for (Future<String> one : waiting) {
            assertThat(one.poll(waker.context()).get()).isEqualTo("one");
        }
        assertThat(cell.isSet()).isTrue();
        assertThat(cell.get()).isEqualTo("one");
    }

    @Test
    void await_madeBeforeOrAfterTheSet_isReady() throws Exception {
        Future<String> before = cell.await();
        cell.set("one");
        assertThat(before.poll(waker.context()).get()).isEqualTo("one");
        assertThat(cell.await().poll(waker.context()).get()).isEqualTo("one");
    }

    @Test
    void cancel_leavesNoWaiterAndNoWake() throws Exception {
        Future<String> gone = cell.await();
        gone.poll(waker.context());
        gone.cancel();
        gone.cancel();
        assertThat(cell.waiters()).isZero();
        cell.set("one");
        assertThat(waker.isWoken()).isFalse();
    }
}
