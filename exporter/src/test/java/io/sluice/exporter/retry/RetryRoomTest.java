package io.sluice.exporter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RetryRoomTest {

    @Test
    void tryReserve_atTheLimit_fitsExactly() {
        RetryRoom room = new RetryRoom(100);

        assertThat(room.tryReserve(60)).isTrue();
        assertThat(room.tryReserve(41)).isFalse();
        assertThat(room.tryReserve(40)).isTrue();
        assertThat(room.tryReserve(1)).isFalse();
        room.release(60);
        assertThat(room.usedBytes()).isEqualTo(40);
        assertThat(room.tryReserve(60)).isTrue();
    }

    @Test
    void tryReserve_withoutRoom_fails() {
        assertThat(new RetryRoom(0).tryReserve(1)).isFalse();
        assertThat(new RetryRoom(10).tryReserve(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void tryReserve_fromManyThreads_neverExceedsTheLimit() throws Exception {
        RetryRoom room = new RetryRoom(10);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        if (room.tryReserve(4)) {
                            assertThat(room.usedBytes()).isBetween(4L, 10L);
                            room.release(4);
                        }
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(room.usedBytes()).isZero();
    }
}
