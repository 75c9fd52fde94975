package io.sluice.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TestWakerTest {

    private final TestWaker waker = new TestWaker();

    @Test
    void wake_counts_untilReset() {
        waker.wake();
        waker.context().waker().wake();
        assertThat(waker.wakes()).isEqualTo(2);
        assertThat(waker.isWoken()).isTrue();

        waker.reset();
        assertThat(waker.isWoken()).isFalse();
    }

    @Test
    void awaitWoken_givesUpAtItsLimit() throws InterruptedException {
        assertThat(waker.awaitWoken(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void awaitWoken_seesTheWakeOfAnotherThread() throws InterruptedException {
        Thread other = new Thread(waker::wake);
        other.start();
        assertThat(waker.awaitWoken(Duration.ofSeconds(30))).isTrue();
        other.join();
    }
}
