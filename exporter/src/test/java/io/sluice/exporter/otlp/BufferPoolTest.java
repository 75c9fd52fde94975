package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BufferPoolTest {

    @Test
    void take_sizes_areRoundedUpToPowersOfTwo() {
        BufferPool pool = new BufferPool(0);
        assertThat(pool.take(0)).hasSize(4096);
        assertThat(pool.take(4096)).hasSize(4096);
        assertThat(pool.take(4097)).hasSize(8192);
        assertThat(pool.take(1 << 20)).hasSize(1 << 20);
        assertThat(pool.lent()).isEqualTo(4);
    }

    @Test
    void give_thenTake_lendsTheSameAgain() {
        BufferPool pool = new BufferPool(1 << 16);
        byte[] array = pool.take(5000);
        pool.give(array);
        assertThat(pool.idleBytes()).isEqualTo(8192);
        assertThat(pool.take(8000)).isSameAs(array);
        assertThat(pool.idleBytes()).isZero();
    }

    @Test
    void give_beyondTheLimit_isLeftToTheCollector() {
        BufferPool pool = new BufferPool(8192);
        byte[] first = pool.take(8192);
        byte[] second = pool.take(4096);
        pool.give(first);
        pool.give(second);
        assertThat(pool.idleBytes()).isEqualTo(8192);
        assertThat(pool.lent()).isZero();
        assertThat(pool.take(4096)).isNotSameAs(second);
    }

    @Test
    void take_moreThanAnArrayHolds_isRefusedAndNotCounted() {
        BufferPool pool = new BufferPool(0);
        assertThatThrownBy(() -> pool.take((1 << 30) + 1)).hasMessage("a request of 1073741825 bytes");
        assertThatThrownBy(() -> pool.take(Integer.MIN_VALUE)).hasMessage("a request of 2147483648 bytes");
        assertThat(pool.lent()).isZero();
    }

    @Test
    void constructor_negative_isRefused() {
        assertThatThrownBy(() -> new BufferPool(-1)).hasMessageContaining("maxIdleBytes is -1");
    }
}
