package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateTest {

    private final List<Throwable> bugs = new ArrayList<>();
    private final List<Integer> passed = Collections.synchronizedList(new ArrayList<>());

    @Test
    void offer_isKeptInOrder_untilOpened() {
        Gate<Integer> gate = new Gate<>(10, new Shield(bugs::add));
        gate.offer(1);
        gate.offer(2);

        long turnedAway = gate.open(passed::add, passed::add);
        gate.offer(3);

        assertThat(turnedAway).isZero();
        assertThat(passed).containsExactly(1, 2, 3);
    }

    @Test
    void offer_isCounted_whenPlaceIsFull() {
        Gate<Integer> gate = new Gate<>(2, new Shield(bugs::add));
        IntStream.rangeClosed(1, 5).forEach(gate::offer);

        assertThat(gate.open(passed::add, passed::add)).isEqualTo(3);
        assertThat(passed).containsExactly(1, 2);
    }

    @Test
    void open_handsWhatWasKept_toItsOwnWay() {
        Gate<Integer> gate = new Gate<>(10, new Shield(bugs::add));
        List<Integer> kept = new ArrayList<>();
        gate.offer(1);
        gate.open(kept::add, passed::add);
        gate.offer(2);

        assertThat(kept).containsExactly(1);
        assertThat(passed).containsExactly(2);
    }

    @Test
    void offer_vanishes_behindWall() {
        Gate<Integer> gate = new Gate<>(2, new Shield(bugs::add));
        gate.offer(1);

        gate.wall();
        gate.offer(2);

        assertThat(gate.open(passed::add, passed::add)).isZero();
        assertThat(passed).isEmpty();
    }

    @Test
    void offer_neverThrows_andTellsFirstBug() {
        Gate<Integer> gate = new Gate<>(2, new Shield(bugs::add));
        gate.open(passed::add, item -> {
            throw new IllegalStateException("bug " + item);
        });

        gate.offer(1);
        gate.offer(2);

        assertThat(bugs).singleElement().extracting(Throwable::getMessage).isEqualTo("bug 1");
    }

    @Test
    void offer_losesNothing_whileBeingOpened() throws Exception {
        for (int round = 0; round < 50; round++) {
            Gate<Integer> gate = new Gate<>(1_000_000, new Shield(bugs::add));
            passed.clear();
            CountDownLatch begun = new CountDownLatch(2);
            Thread[] producers = new Thread[2];
            for (int p = 0; p < producers.length; p++) {
                producers[p] = new Thread(() -> {
                    begun.countDown();
                    IntStream.range(0, 1000).forEach(gate::offer);
                });
                producers[p].start();
            }
            begun.await();
            gate.open(passed::add, passed::add);
            for (Thread producer : producers) {
                producer.join();
            }

            assertThat(passed).hasSize(2000);
        }
    }
}
