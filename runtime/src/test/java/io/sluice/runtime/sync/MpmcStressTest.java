package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks and threads at both ends on a real runtime: every item arrives exactly once. */
@Timeout(60)
class MpmcStressTest {

    private static final int PRODUCERS = 4;
    private static final int CONSUMERS = 5;
    private static final int ITEMS = 10_000;

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(3).enableIo(false).build();
    private final Threads threads = new Threads();

    @AfterEach
    void end() {
        threads.close();
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
    }

    private record Item(int producer, int number) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64})
    void items_fromTasksAndThreadsToBoth_arriveExactlyOnce(int capacity) throws Exception {
        Mpmc.Channel<Item> channel = Mpmc.bounded(capacity);
        AtomicIntegerArray arrivals = new AtomicIntegerArray(PRODUCERS * ITEMS);
        Duration limit = Duration.ofSeconds(Threads.LOST_WAKE_SECONDS);
        List<JoinHandle<Void>> tasks = new ArrayList<>();
        for (int c = 0; c < CONSUMERS; c++) {
            Mpmc.Receiver<Item> own = channel.receiver().dup();
            if (c == 0) {
                threads.start(() -> {
                    int[] last = new int[PRODUCERS];
                    for (Poll<Item> one = own.blockingRecv(limit); one.get() != null; one = own.blockingRecv(limit)) {
                        arrive(one.get(), last, arrivals);
                    }
                    return null;
                });
            } else {
                tasks.add(runtime.handle().spawn(new Consuming(own, arrivals, c % 2 == 0 ? 3 : 0)));
            }
        }
        for (int p = 0; p < PRODUCERS; p++) {
            int producer = p;
            Mpmc.Sender<Item> own = channel.sender().dup();
            if (p == 0) {
                threads.start(() -> {
                    for (int i = 0; i < ITEMS; i++) {
                        assertThat(own.blockingSend(new Item(producer, i), limit))
                                .isEqualTo(Mpsc.SendResult.SENT);
                    }
                    own.close();
                    return null;
                });
            } else {
                tasks.add(runtime.handle().spawn(new Producing(own, producer)));
            }
        }
        channel.sender().close();
        for (JoinHandle<Void> task : tasks) {
            runtime.blockOn(task);
        }
        threads.join();
        for (int i = 0; i < arrivals.length(); i++) {
            assertThat(arrivals.get(i)).as("arrivals of item %d", i).isEqualTo(1);
        }
        assertThat(channel.sender().room()).isEqualTo(capacity);
        assertThat(channel.sender().waiters()).isZero();
        assertThat(channel.receiver().waiters()).isZero();
    }

    /** One consumer sees the items of one producer in order, though not all of them. */
    private static void arrive(Item item, int[] next, AtomicIntegerArray arrivals) {
        assertThat(item.number).isGreaterThanOrEqualTo(next[item.producer]);
        next[item.producer] = item.number + 1;
        arrivals.incrementAndGet(item.producer * ITEMS + item.number);
    }

    /** Receives until the end; gives up one wait in {@code impatience}, as the loser of a select does. */
    private static final class Consuming implements Future<Void> {

        private final Mpmc.Receiver<Item> receiver;
        private final AtomicIntegerArray arrivals;
        private final int impatience;
        private final int[] next = new int[PRODUCERS];
        private Future<Item> recv;
        private int waits;

        Consuming(Mpmc.Receiver<Item> receiver, AtomicIntegerArray arrivals, int impatience) {
            this.receiver = receiver;
            this.arrivals = arrivals;
            this.impatience = impatience;
            this.recv = receiver.recv();
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            for (Poll<Item> polled = recv.poll(cx); polled.isReady(); polled = recv.poll(cx)) {
                if (polled.get() == null) {
                    return Poll.ready();
                }
                arrive(polled.get(), next, arrivals);
                recv = receiver.recv();
            }
            if (impatience > 0 && ++waits % impatience == 0) {
                recv.cancel();
                recv = receiver.recv();
                cx.waker().wake();
            }
            return Poll.pending();
        }

        @Override
        public void cancel() {
            recv.cancel();
            receiver.close();
        }
    }

    private static final class Producing implements Future<Void> {

        private final Mpmc.Sender<Item> sender;
        private final int producer;
        private int next;
        private @Nullable Future<Void> send;

        Producing(Mpmc.Sender<Item> sender, int producer) {
            this.sender = sender;
            this.producer = producer;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            while (next < ITEMS) {
                if (send == null) {
                    send = sender.sendAsync(new Item(producer, next));
                }
                if (send.poll(cx).isPending()) {
                    return Poll.pending();
                }
                send = null;
                next++;
            }
            sender.close();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            if (send != null) {
                send.cancel();
            }
            sender.close();
        }
    }
}
