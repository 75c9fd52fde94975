package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PermitTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Semaphore semaphore = new Semaphore(5);

    @Test
    void split_dividesWhatComesBack() {
        Permit four = requireNonNull(semaphore.tryAcquire(4));
        Permit three = requireNonNull(four.split(3));
        assertThat(four.count()).isEqualTo(1);
        three.close();
        assertThat(semaphore.availablePermits()).isEqualTo(4);
        four.close();
        assertThat(semaphore.availablePermits()).isEqualTo(5);
    }

    @Test
    void split_moreThanThereIs_isRefusedAndChangesNothing() {
        Permit two = requireNonNull(semaphore.tryAcquire(2));
        assertThat(two.split(3)).isNull();
        assertThatThrownBy(() -> two.split(-1)).isInstanceOf(IllegalArgumentException.class);
        two.close();
        assertThat(two.split(1)).isNull();
        assertThat(semaphore.availablePermits()).isEqualTo(5);
    }

    @Test
    void merge_takesOver_whatTheOtherHeld() {
        Permit two = requireNonNull(semaphore.tryAcquire(2));
        Permit one = requireNonNull(semaphore.tryAcquire(1));
        two.merge(one);
        two.merge(two);
        one.close();
        assertThat(two.count()).isEqualTo(3);
        assertThat(semaphore.availablePermits()).isEqualTo(2);
        two.close();
        assertThat(semaphore.availablePermits()).isEqualTo(5);
    }

    @Test
    void merge_fromAnotherSemaphore_isRefused() {
        Permit mine = requireNonNull(semaphore.tryAcquire(1));
        Permit foreign = requireNonNull(new Semaphore(1).tryAcquire(1));
        assertThatThrownBy(() -> mine.merge(foreign)).isInstanceOf(IllegalArgumentException.class);
        mine.close();
    }

    @Test
    void blockingAcquire_waitsInTheQueue_untilGiven() throws Exception {
        Permit all = requireNonNull(semaphore.blockingAcquire(5, LONG));
        assertThat(semaphore.blockingAcquire(Duration.ofMillis(1))).isNull();
        assertThat(semaphore.blockingAcquire(Duration.ofSeconds(-1))).isNull();
        assertThat(semaphore.waiters()).isZero();
        try (Threads threads = new Threads()) {
            threads.start(() -> {
                requireNonNull(semaphore.blockingAcquire(2, LONG)).close();
                return null;
            });
            Threads.until(() -> semaphore.waiters() == 1);
            all.close();
            threads.join();
        }
        assertThat(semaphore.availablePermits()).isEqualTo(5);
    }

    @Test
    void blockingAcquire_closedMeanwhile_saysSo() throws Exception {
        Permit all = requireNonNull(semaphore.tryAcquire(5));
        try (Threads threads = new Threads()) {
            threads.start(() -> {
                assertThatThrownBy(() -> semaphore.blockingAcquire(LONG)).isInstanceOf(ClosedException.class);
                return null;
            });
            Threads.until(() -> semaphore.waiters() == 1);
            semaphore.close();
            threads.join();
        }
        all.close();
    }
}
