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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks and threads on the channels of a real runtime: every item arrives exactly once and in its producer's order. */
@Timeout(60)
class MpscTasksStressTest {

    private static final int PRODUCERS = 4;
    private static final int ITEMS = 20_000;

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
    @ValueSource(ints = {0, 1, 5})
    void unbounded_tasksAndThreadsSend_everyItemArrivesOnce(int blockShift) throws Exception {
        Mpsc.UnboundedChannel<Item> channel = Mpsc.unbounded(blockShift);
        JoinHandle<int[]> consumer = runtime.handle().spawn(new Consuming(channel.receiver()));
        for (int p = 0; p < PRODUCERS; p++) {
            int producer = p;
            UnboundedSender<Item> own = channel.sender().dup();
            if (p % 2 == 0) {
                int[] next = {0};
                runtime.handle().spawn(until(own, () -> {
                    own.send(new Item(producer, next[0]++));
                    return next[0] < ITEMS;
                }));
            } else {
                threads.start(() -> {
                    for (int i = 0; i < ITEMS; i++) {
                        assertThat(own.send(new Item(producer, i))).isTrue();
                    }
                    own.close();
                    return null;
                });
            }
        }
        channel.sender().close();
        assertThat(runtime.blockOn(consumer)).containsOnly(ITEMS);
        threads.join();
    }

    /** Takes some steps in each turn until there is none left, then closes the sender. */
    private static Future<Void> until(AutoCloseable sender, BooleanSupplier step) {
        return cx -> {
            for (int i = 0; i < 100; i++) {
                if (!step.getAsBoolean()) {
                    sender.close();
                    return Poll.ready();
                }
            }
            cx.waker().wake();
            return Poll.pending();
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 16, 500})
    void bounded_roomReservedForMany_everyItemArrivesOnce(int capacity) throws Exception {
        Mpsc.Channel<Item> channel = Mpsc.bounded(capacity);
        JoinHandle<int[]> consumer = runtime.handle().spawn(new Consuming(channel.receiver()));
        List<JoinHandle<Void>> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            producers.add(runtime.handle()
                    .spawn(new Reserving(channel.sender().dup(), p, 1 + p % Math.min(capacity, 4))));
        }
        channel.sender().close();
        assertThat(runtime.blockOn(consumer)).containsOnly(ITEMS);
        for (JoinHandle<Void> producer : producers) {
            runtime.blockOn(producer);
        }
        assertThat(channel.sender().room()).isEqualTo(capacity);
        assertThat(channel.sender().waiters()).isZero();
    }

    @Test
    void blocking_threadToThreadThroughATask_everyItemArrivesOnce() throws Exception {
        Mpsc.Channel<Integer> there = Mpsc.bounded(8);
        Mpsc.Channel<Integer> back = Mpsc.bounded(8);
        Duration limit = Duration.ofSeconds(Threads.LOST_WAKE_SECONDS);
        runtime.handle().spawn(new Forwarding(there.receiver(), back.sender()));
        threads.start(() -> {
            for (int i = 0; i < ITEMS; i++) {
                assertThat(there.sender().blockingSend(i, limit)).isEqualTo(Mpsc.SendResult.SENT);
            }
            there.sender().close();
            return null;
        });
        for (int i = 0; i < ITEMS; i++) {
            assertThat(back.receiver().blockingRecv(limit).get()).isEqualTo(i);
        }
        assertThat(back.receiver().blockingRecv(limit).get()).isNull();
        threads.join();
    }

    /** Receives one by one and in batches in turn until the end; how many came from each producer. */
    private static final class Consuming implements Future<int[]> {

        private final Mpsc.Receiver<Item> receiver;
        private final int[] next = new int[PRODUCERS];
        private final List<Item> batch = new ArrayList<>();
        private Future<Integer> many;

        Consuming(Mpsc.Receiver<Item> receiver) {
            this.receiver = receiver;
            this.many = receiver.recvMany(batch, 64);
        }

        @Override
        public Poll<int[]> poll(Context cx) throws Exception {
            for (Poll<Integer> polled = many.poll(cx); polled.isReady(); polled = many.poll(cx)) {
                if (polled.get() == 0) {
                    return Poll.ready(next);
                }
                for (Item item : batch) {
                    assertThat(item.number).isEqualTo(next[item.producer]++);
                }
                batch.clear();
                many = receiver.recvMany(batch, 64);
            }
            return Poll.pending();
        }

        @Override
        public void cancel() {
            many.cancel();
            receiver.close();
        }
    }

    /** Sends in lots; gives a wait up now and then, and some of the room unused. */
    private static final class Reserving implements Future<Void> {

        private final Mpsc.Sender<Item> sender;
        private final int producer;
        private final int lot;
        private int next;
        private int waits;
        private @Nullable Future<Slots<Item>> reserve;

        Reserving(Mpsc.Sender<Item> sender, int producer, int lot) {
            this.sender = sender;
            this.producer = producer;
            this.lot = lot;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            while (next < ITEMS) {
                if (reserve == null) {
                    reserve = sender.reserveMany(lot);
                }
                Poll<Slots<Item>> polled = reserve.poll(cx);
                if (polled.isPending()) {
                    giveUpNowAndThen(cx);
                    return Poll.pending();
                }
                reserve = null;
                sendHalfOrMore(polled.get());
            }
            sender.close();
            return Poll.ready();
        }

        private void giveUpNowAndThen(Context cx) {
            if (++waits % 16 == 0 && reserve != null) {
                reserve.cancel();
                reserve = null;
                cx.waker().wake();
            }
        }

        private void sendHalfOrMore(Slots<Item> slots) {
            try (slots) {
                do {
                    slots.send(new Item(producer, next++));
                } while (slots.remaining() > lot / 2 && next < ITEMS);
            }
        }

        @Override
        public void cancel() {
            if (reserve != null) {
                reserve.cancel();
            }
            sender.close();
        }
    }

    private static final class Forwarding implements Future<Void> {

        private final Mpsc.Receiver<Integer> from;
        private final Mpsc.Sender<Integer> to;

        Forwarding(Mpsc.Receiver<Integer> from, Mpsc.Sender<Integer> to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            while (to.pollReady(cx)) {
                Poll<Integer> polled = from.pollRecv(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                Integer item = polled.get();
                if (item == null) {
                    to.close();
                    return Poll.ready();
                }
                to.send(item);
            }
            return Poll.pending();
        }

        @Override
        public void cancel() {
            from.close();
            to.close();
        }
    }
}
