package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real threads on the channel: what is sent arrives once and in order, and no wake is lost. */
class MpscStressTest {

    private static final int PRODUCERS = 3;
    private static final int ITEMS = 20_000;

    private final Threads threads = new Threads();

    @AfterEach
    void stopThreads() {
        threads.close();
    }

    private record Item(int producer, int number) {}

    /** Ways to send an item that must not be lost. */
    enum Way {
        ASYNC {
            @Override
            void send(Mpsc.Sender<Item> sender, Item item) throws Exception {
                Threads.await(sender.sendAsync(item));
            }
        },
        READY {
            @Override
            void send(Mpsc.Sender<Item> sender, Item item) throws Exception {
                Threads.await(cx -> sender.pollReady(cx) ? Poll.<Void>ready() : Poll.pending());
                sender.send(item);
            }
        },
        RESERVE {
            @Override
            void send(Mpsc.Sender<Item> sender, Item item) throws Exception {
                Threads.await(sender.reserve()).send(item);
            }
        },
        BLOCKING {
            @Override
            void send(Mpsc.Sender<Item> sender, Item item) throws Exception {
                Duration limit = Duration.ofSeconds(Threads.LOST_WAKE_SECONDS);
                assertThat(sender.blockingSend(item, limit)).isEqualTo(SendResult.SENT);
            }
        },
        /** Waits, gives up and waits again, as the loser of a select does. */
        IMPATIENT {
            @Override
            void send(Mpsc.Sender<Item> sender, Item item) throws Exception {
                Context cx = Context.of(() -> {});
                for (; ; ) {
                    Future<Void> send = sender.sendAsync(item);
                    if (send.poll(cx).isReady()) {
                        return;
                    }
                    send.cancel();
                }
            }
        };

        abstract void send(Mpsc.Sender<Item> sender, Item item) throws Exception;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "7, 1", "64, 3", "1000, 5"})
    void send_everyWayAtOnce_arrivesOnceAndInOrder(int capacity, int segmentShift) throws Exception {
        Mpsc.Channel<Item> channel = Mpsc.bounded(capacity, segmentShift);
        int producers = Way.values().length;
        int perProducer = capacity < 10 ? ITEMS / 10 : ITEMS;
        for (Way way : Way.values()) {
            Mpsc.Sender<Item> sender = channel.sender().dup();
            threads.start(() -> {
                for (int i = 0; i < perProducer; i++) {
                    way.send(sender, new Item(way.ordinal(), i));
                }
                sender.close();
                return null;
            });
        }
        channel.sender().close();
        assertThat(receiveAll(channel.receiver(), producers)).containsOnly(perProducer);
        threads.join();
        assertThat(channel.sender().room()).isEqualTo(capacity);
        assertThat(channel.sender().waiters()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"8, 5", "64, 64", "1000, 512"})
    void pollBuffered_withConcurrentProducers_neverMissesTheThreshold(int capacity, int batch) throws Exception {
        Mpsc.Channel<Item> channel = Mpsc.bounded(capacity, 1);
        for (int p = 0; p < PRODUCERS; p++) {
            int producer = p;
            Mpsc.Sender<Item> sender = channel.sender().dup();
            threads.start(() -> {
                for (int i = 0; i < ITEMS; i++) {
                    Threads.await(sender.sendAsync(new Item(producer, i)));
                }
                sender.close();
                return null;
            });
        }
        channel.sender().close();
        Mpsc.Receiver<Item> receiver = channel.receiver();
        int[] next = new int[PRODUCERS];
        List<Item> taken = new ArrayList<>();
        while (!receiver.hasEnded()) {
            Threads.await(cx -> receiver.pollBuffered(cx, batch) ? Poll.<Void>ready() : Poll.pending());
            boolean closedBefore = receiver.isClosed();
            taken.clear();
            int count = receiver.tryRecvMany(taken, batch);
            assertThat(closedBefore || count == batch).isTrue();
            check(taken, next);
        }
        assertThat(next).containsOnly(ITEMS);
        threads.join();
    }

    @Test
    void close_whileProducersSend_deliversExactlyWhatWasAccepted() throws Exception {
        for (int round = 0; round < 300; round++) {
            Mpsc.Channel<Item> channel = Mpsc.bounded(1 + round % 40, 1 + round % 4);
            AtomicLong accepted = new AtomicLong();
            for (int p = 0; p < PRODUCERS; p++) {
                int producer = p;
                threads.start(() -> {
                    SendResult result = SendResult.SENT;
                    for (int i = 0; result != SendResult.CLOSED; ) {
                        result = channel.sender().trySend(new Item(producer, i));
                        if (result == SendResult.SENT) {
                            accepted.incrementAndGet();
                            i++;
                        }
                    }
                    return null;
                });
            }
            boolean byReceiver = round % 2 == 0;
            threads.start(() -> {
                for (int i = ThreadLocalRandom.current().nextInt(2000); i > 0; i--) {
                    Thread.onSpinWait();
                }
                if (byReceiver) {
                    channel.receiver().close();
                } else {
                    channel.sender().close();
                }
                return null;
            });
            long received = 0;
            for (int count : receiveAll(channel.receiver(), PRODUCERS)) {
                received += count;
            }
            threads.join();
            assertThat(received).isEqualTo(accepted.get());
            assertThat(channel.receiver().hasEnded()).isTrue();
        }
    }

    /** Receives one by one and in batches in turn until the end; how many came from each producer. */
    private static int[] receiveAll(Mpsc.Receiver<Item> receiver, int producers) throws Exception {
        int[] next = new int[producers];
        for (; ; ) {
            Item one = Threads.await(receiver.recv());
            if (one == null) {
                return next;
            }
            check(List.of(one), next);
            List<Item> many = new ArrayList<>();
            Threads.await(cx -> receiver.pollRecvMany(cx, many, 7) != 0 ? Poll.<Void>ready() : Poll.pending());
            check(many, next);
        }
    }

    private static void check(List<Item> items, int[] next) {
        for (Item item : items) {
            if (item.number != next[item.producer]++) {
                throw new AssertionError(item + " but expected number " + (next[item.producer] - 1));
            }
        }
    }
}
