package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

    @Test
    void take_sizes_areRoundedUpByAQuarterAtMost() {
        BufferPool pool = new BufferPool(0);
        assertThat(pool.take(0)).hasSize(4096);
        assertThat(pool.take(4096)).hasSize(4096);
        assertThat(pool.take(4097)).hasSize(5120);
        assertThat(pool.take(5121)).hasSize(6144);
        assertThat(pool.take(7168)).hasSize(7168);
        assertThat(pool.take(7169)).hasSize(8192);
        assertThat(pool.take(8193)).hasSize(10_240);
        assertThat(pool.take(1 << 20)).hasSize(1 << 20);
        assertThat(pool.take((1 << 20) + 1)).hasSize((1 << 20) + (1 << 18));
        assertThat(pool.lent()).isEqualTo(9);
    }

    @Test
    void give_thenTake_lendsTheSameAgain() {
        BufferPool pool = new BufferPool(1 << 16);
        byte[] array = pool.take(7500);
        pool.give(array);
        assertThat(pool.idleBytes()).isEqualTo(8192);
        assertThat(pool.take(8000)).isSameAs(array);
        assertThat(pool.idleBytes()).isZero();
    }

    @Test
    void give_ofTheSizeTakenLongestAgo_beyondTheLimit_isLeftToTheCollector() {
        BufferPool pool = new BufferPool(8192);
        byte[] first = pool.take(8192);
        byte[] second = pool.take(4096);
        pool.give(second);
        pool.give(first);
        assertThat(pool.idleBytes()).isEqualTo(4096);
        assertThat(pool.lent()).isZero();
        assertThat(pool.take(8192)).isNotSameAs(first);
    }

    @Test
    void give_beyondTheLimit_takesThePlaceOfTheSizeTakenLongestAgo() {
        BufferPool pool = new BufferPool(3 * 8192);
        byte[][] burst = {pool.take(8192), pool.take(8192), pool.take(8192)};
        for (byte[] array : burst) {
            pool.give(array);
        }
        assertThat(pool.idleBytes()).isEqualTo(3 * 8192);
        byte[] used = pool.take(4096);
        pool.give(used);
        assertThat(pool.idleBytes()).isEqualTo(2 * 8192 + 4096);
        assertThat(pool.take(4096)).isSameAs(used);
    }

    @Test
    void take_lendsALargerOneThatIsIdle_upToTwiceTheSize() {
        BufferPool pool = new BufferPool(1 << 20);
        byte[] idle = pool.take(64 * 1024);
        pool.give(idle);
        assertThat(pool.take(32 * 1024)).isNotSameAs(idle);
        assertThat(pool.take(40 * 1024)).isSameAs(idle);
    }

    @Test
    void take_sizesThatVary_shareWhatIsIdle() {
        BufferPool pool = new BufferPool(8 << 20);
        Set<byte[]> made = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int round = 0; round < 100; round++) {
            byte[] items = pool.take(1_700_000 + round * 37_717 % 500_000);
            byte[] request = pool.take(1_700_000 + round * 91_193 % 500_000);
            made.addAll(List.of(items, request));
            pool.give(items);
            pool.give(request);
        }
        assertThat(made).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void give_largerThanTheLimit_keepsTheOthers() {
        BufferPool pool = new BufferPool(4096);
        byte[] kept = pool.take(4096);
        byte[] large = pool.take(8192);
        pool.give(kept);
        pool.give(large);
        assertThat(pool.idleBytes()).isEqualTo(4096);
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

    @Test
    void take_everySize_isAtLeastWhatWasAskedFor_andComesBackToItsClass() {
        BufferPool pool = new BufferPool(1 << 30);
        for (int size = 1; size < 1 << 22; size += 1 + size / 7) {
            byte[] array = pool.take(size);
            assertThat(array.length).isBetween(size, Math.max(4096, size + size / 4));
            pool.give(array);
            assertThat(pool.take(size)).isSameAs(array);
            assertThat(pool.take(array.length).length).isEqualTo(array.length);
        }
    }
}
