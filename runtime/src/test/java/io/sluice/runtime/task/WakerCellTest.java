package io.sluice.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.testkit.TestWaker;
import org.junit.jupiter.api.Test;

class WakerCellTest {

    private final WakerCell cell = new WakerCell();
    private final TestWaker waker = new TestWaker();

    @Test
    void wake_empty_doesNothing() {
        cell.wake();
        assertThat(cell.take()).isNull();
    }

    @Test
    void wake_registered_wakesOncePerRegistration() {
        cell.register(waker);
        cell.wake();
        cell.wake();
        assertThat(waker.wakes()).isEqualTo(1);
        cell.register(waker);
        cell.wake();
        assertThat(waker.wakes()).isEqualTo(2);
    }

    @Test
    void register_another_replaces() {
        TestWaker other = new TestWaker();
        cell.register(waker);
        cell.register(other);
        cell.wake();
        assertThat(waker.isWoken()).isFalse();
        assertThat(other.isWoken()).isTrue();
    }

    @Test
    void take_leavesNothingBehind() {
        cell.register(waker);
        assertThat(cell.take()).isSameAs(waker);
        cell.wake();
        assertThat(waker.isWoken()).isFalse();
    }
}
