package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bounded channel whose segments the heap has no room for. */
@Timeout(30)
class MpscMemoryTest {

    private static final int CAPACITY = 64;

    /** Segments that there is memory for; read and written by the test's thread, but for {@link Memory#flaky}. */
    private final Memory memory = new Memory();

    private final MpscChannel<Integer> channel =
            new MpscChannel<>(CAPACITY, new SegmentRing<>(CAPACITY, 2, memory::segment));

    @Test
    void push_withoutMemoryFromTheStart_throws_andGivesThePermitBack() {
        memory.segments = 0;

        assertThatThrownBy(() -> push(1)).isInstanceOf(OutOfMemoryError.class);

        assertThat(channel.permits().free()).isEqualTo(CAPACITY);
        assertThat(channel.take()).isNull();
        memory.segments = 10;
        push(2);
        assertThat(taken()).containsExactly(2);
    }

    @Test
    void push_whenMemoryEndsOnTheWay_fillsWhatWasBegun_andLosesNothing() {
        memory.segments = 3;
        List<Integer> pushed = new ArrayList<>();

        assertThatThrownBy(() -> IntStream.range(0, CAPACITY).forEach(i -> {
                    push(i);
                    pushed.add(i);
                }))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(pushed).as("all of three segments but the rest of the last").hasSizeBetween(2 * 4 + 1, 3 * 4);
        memory.segments = 100;
        IntStream.range(100, 130).forEach(i -> {
            push(i);
            pushed.add(i);
        });
        assertThat(taken()).isEqualTo(pushed);
        assertThat(channel.permits().free()).isEqualTo(CAPACITY);
    }

    @Test
    void pushes_ofManyThreads_whileMemoryComesAndGoes_arriveOnceOrThrow() throws Exception {
        memory.flaky = true;
        List<Integer> pushed = Collections.synchronizedList(new ArrayList<>());
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            int first = p * 100_000;
            Thread producer =
                    new Thread(() -> IntStream.range(first, first + 20_000).forEach(i -> {
                        if (channel.permits().tryTake(1) == Permits.Taken.TAKEN) {
                            try {
                                channel.push(i);
                                pushed.add(i);
                            } catch (OutOfMemoryError expected) {
                                Thread.onSpinWait();
                            }
                        }
                    }));
            producer.start();
            producers.add(producer);
        }
        List<Integer> arrived = new ArrayList<>();
        while (producers.stream().anyMatch(Thread::isAlive)) {
            arrived.addAll(taken());
        }
        for (Thread producer : producers) {
            producer.join();
        }
        arrived.addAll(taken());

        assertThat(arrived).hasSameSizeAs(pushed).containsExactlyInAnyOrderElementsOf(pushed);
        assertThat(channel.permits().free()).isEqualTo(CAPACITY);
        assertThat(memory.failures).as("segments that there was no memory for").isPositive();
    }

    private void push(int item) {
        assertThat(channel.permits().tryTake(1)).isEqualTo(Permits.Taken.TAKEN);
        channel.push(item);
    }

    private List<Integer> taken() {
        List<Integer> taken = new ArrayList<>();
        channel.takeMany(taken, CAPACITY);
        return taken;
    }

    private static final class Memory {

        private int segments = Integer.MAX_VALUE;
        private volatile boolean flaky;

        /** Written by any producer: a hint that there were some. */
        private volatile int failures;

        Object[] segment(int slots) {
            if (flaky ? ThreadLocalRandom.current().nextBoolean() : segments-- <= 0) {
                failures = 1;
                throw new OutOfMemoryError("on purpose");
            }
            return new Object[slots];
        }
    }
}
