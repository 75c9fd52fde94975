package io.sluice.runtime.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.testkit.TestWaker;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

    private final TestWaker waker = new TestWaker();

    @Test
    void lease_beyondTheBound_waitsForABufferToComeBack() throws Exception {
        BufferPool pool = BufferPool.of(1, 64);
        BufferPool.Lease first = pool.tryLease();
        Future<BufferPool.Lease> second = pool.lease();
        assertThat(pool.tryLease()).isNull();
        assertThat(second.poll(waker.context()).isPending()).isTrue();

        first.close();
        first.close();

        assertThat(waker.isWoken()).isTrue();
        try (BufferPool.Lease lease = second.poll(waker.context()).get()) {
            assertThat(lease.buffer().remaining()).isEqualTo(64);
            assertThat(pool.leased()).isOne();
        }
        assertThat(pool.leased()).isZero();
        assertThatThrownBy(first::buffer).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void buffers_areUsedAgain_andNoMoreAreMade() {
        BufferPool pool = BufferPool.of(4, 64);
        Set<ByteBuffer> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            try (BufferPool.Lease lease = pool.tryLease()) {
                lease.buffer().position(i % 64);
                seen.add(lease.buffer().duplicate().clear());
            }
        }
        assertThat(seen).hasSize(1);
    }

    @Test
    void lease_cancelled_takesNoBuffer() throws Exception {
        BufferPool pool = BufferPool.of(1, 64);
        BufferPool.Lease first = pool.tryLease();
        Future<BufferPool.Lease> waits = pool.lease();
        assertThat(waits.poll(waker.context()).isPending()).isTrue();
        waits.cancel();
        first.close();

        assertThat(pool.leased()).isZero();
        assertThat(pool.tryLease()).isNotNull();
    }

    @Test
    void leak_isNamedByWhereItWasTaken() {
        BufferPool pool = BufferPool.tracking(2, 64);
        BufferPool.Lease forgotten = pool.tryLease();
        pool.tryLease().close();

        assertThat(pool.leaks())
                .singleElement()
                .satisfies(site -> assertThat(site.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("leak_isNamedByWhereItWasTaken")));
        forgotten.close();
        assertThat(pool.leaks()).isEmpty();
    }
}
