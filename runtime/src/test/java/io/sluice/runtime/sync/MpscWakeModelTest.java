package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;
import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import io.sluice.runtime.sync.Mpsc.SendResult;
import java.util.ArrayList;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Explores the hand-overs of the channel: nobody sleeps over what it waits for, and no item and no room is lost. */
class MpscWakeModelTest {

    /** A channel with segments of two slots and its consumer. */
    abstract static class Program {

        final int capacity;
        final Mpsc.Sender<Integer> sender;
        final Mpsc.Receiver<Integer> receiver;
        final Sleeper consumer = new Sleeper();
        boolean consumerWaits;
        int received;

        Program(int capacity) {
            this.capacity = capacity;
            Mpsc.Channel<Integer> channel = Mpsc.bounded(capacity, 1);
            sender = channel.sender();
            receiver = channel.receiver();
        }

        void fill() {
            for (int i = 0; i < capacity; i++) {
                sender.trySend(0);
            }
        }

        void pollRecv() {
            Poll<Integer> polled = receiver.pollRecv(consumer.context());
            consumerWaits = polled.isPending();
            if (polled.isReady() && polled.get() != null) {
                received++;
            }
        }

        void pollBuffered(int atLeast) {
            consumerWaits = !receiver.pollBuffered(consumer.context(), atLeast);
        }

        void tryRecv() {
            if (receiver.tryRecv() != null) {
                received++;
            }
        }

        int trySend(int times) {
            int sent = 0;
            for (int i = 0; i < times; i++) {
                if (sender.trySend(i) == SendResult.SENT) {
                    sent++;
                }
            }
            return sent;
        }

        void requireConsumerAwake() {
            require(!consumerWaits || consumer.isWoken(), "the consumer sleeps");
        }

        /** Takes what is left. */
        void requireNothingLost(int sent) {
            received += receiver.tryRecvMany(new ArrayList<>(), Integer.MAX_VALUE);
            require(received == sent, received + " received of " + sent);
            require(sender.room() == capacity, "room is lost: " + sender.room());
            require(sender.waiters() == 0, "a waiter is left behind");
        }
    }

    /** A producer that waits for room. */
    static final class Producer {

        final Sleeper task = new Sleeper();
        final Future<Void> send;
        boolean waits;
        int sent;

        Producer(Mpsc.Sender<Integer> sender) {
            send = sender.sendAsync(1);
        }

        void poll() {
            try {
                waits = send.poll(task.context()).isPending();
                sent = waits ? 0 : 1;
            } catch (Exception closed) {
                waits = false;
                send.cancel();
            }
        }

        void giveUp() {
            send.cancel();
            waits = false;
        }

        /** There is room, or the channel is closed: the producer must have been woken and get on. */
        void requireEnd() {
            require(!waits || task.isWoken(), "the producer sleeps");
            if (waits) {
                poll();
            }
            require(!waits, "the producer was woken for nothing");
        }
    }

    public static final class RecvAndSend extends Program {

        public RecvAndSend() {
            super(2);
        }

        @Operation
        public void consumer() {
            pollRecv();
        }

        @Operation
        public void producer() {
            trySend(1);
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireNothingLost(1);
        }
    }

    @Test
    void recv_whileAnItemComes_isWokenOrHasIt() {
        explore(RecvAndSend.class);
    }

    public static final class RecvAndTwoSends extends Program {

        public RecvAndTwoSends() {
            super(2);
        }

        @Operation
        public void consumer() {
            pollRecv();
        }

        @Operation
        public void producer() {
            trySend(1);
        }

        @Operation
        public void producer2() {
            trySend(1);
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireNothingLost(2);
        }
    }

    @Test
    void recv_whileTwoItemsCome_isWokenOrHasOne() {
        explore(RecvAndTwoSends.class);
    }

    public static final class BufferedAndTwoSends extends Program {

        public BufferedAndTwoSends() {
            super(2);
        }

        @Operation
        public void consumer() {
            pollBuffered(2);
        }

        @Operation
        public void producer() {
            trySend(1);
        }

        @Operation
        public void producer2() {
            trySend(1);
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireNothingLost(2);
        }
    }

    @Test
    void pollBuffered_whileTheBatchFills_isWokenOrSeesIt() {
        explore(BufferedAndTwoSends.class);
    }

    public static final class BufferedAndClose extends Program {

        public BufferedAndClose() {
            super(2);
        }

        @Operation
        public void closer() {
            sender.close();
        }

        @Operation
        public void consumer() {
            pollBuffered(2);
        }

        @Validate
        public void check() {
            requireConsumerAwake();
        }
    }

    @Test
    void pollBuffered_whileTheChannelCloses_isWokenOrSeesIt() {
        explore(BufferedAndClose.class);
    }

    public static final class SendAndRoom extends Program {

        private final Producer producer = new Producer(sender);

        public SendAndRoom() {
            super(1);
            fill();
        }

        @Operation
        public void consumer() {
            tryRecv();
        }

        @Operation
        public void producer() {
            producer.poll();
        }

        @Validate
        public void check() {
            producer.requireEnd();
            requireNothingLost(2);
        }
    }

    @Test
    void send_whileRoomComes_isWokenOrHasSent() {
        explore(SendAndRoom.class);
    }

    public static final class GiveUpAndRoom extends Program {

        private final Producer first = new Producer(sender);
        private final Producer second = new Producer(sender);

        public GiveUpAndRoom() {
            super(1);
            fill();
            first.poll();
            second.poll();
        }

        @Operation
        public void consumer() {
            tryRecv();
        }

        @Operation
        public void first() {
            first.giveUp();
        }

        @Validate
        public void check() {
            second.requireEnd();
            requireNothingLost(2);
        }
    }

    @Test
    void send_givenUpWhileRoomComes_passesItToTheNext() {
        explore(GiveUpAndRoom.class);
    }

    public static final class GiveUpAndSendAndRoom extends Program {

        private final Producer first = new Producer(sender);
        private final Producer second = new Producer(sender);

        public GiveUpAndSendAndRoom() {
            super(1);
            fill();
            first.poll();
        }

        @Operation
        public void consumer() {
            tryRecv();
        }

        @Operation
        public void first() {
            first.giveUp();
        }

        @Operation
        public void second() {
            second.poll();
        }

        @Validate
        public void check() {
            second.requireEnd();
            requireNothingLost(2);
        }
    }

    @Test
    void send_beginningWhileAnotherGivesUp_isNotForgotten() {
        explore(GiveUpAndSendAndRoom.class);
    }

    public static final class SendAndCloseAndRoom extends Program {

        private final Producer producer = new Producer(sender);

        public SendAndCloseAndRoom() {
            super(1);
            fill();
        }

        @Operation
        public void closer() {
            receiver.close();
        }

        @Operation
        public void consumer() {
            tryRecv();
        }

        @Operation
        public void producer() {
            producer.poll();
        }

        @Validate
        public void check() {
            producer.requireEnd();
            requireNothingLost(1 + producer.sent);
            require(receiver.hasEnded(), "no end");
        }
    }

    @Test
    void send_whileTheChannelCloses_isToldOrArrives() {
        explore(SendAndCloseAndRoom.class);
    }

    public static final class LetInAndClose extends Program {

        private int sent;
        private boolean endedTooEarly;

        public LetInAndClose() {
            super(2);
        }

        @Operation
        public void closer() {
            sender.dup().close();
            sender.close();
        }

        @Operation
        public void consumer() {
            pollRecv();
            endedTooEarly = receiver.hasEnded() && receiver.tryRecv() != null;
        }

        @Operation
        public void producer() {
            sent = trySend(1);
        }

        @Validate
        public void check() {
            require(!endedTooEarly, "an item after the end");
            requireConsumerAwake();
            requireNothingLost(sent);
            require(receiver.hasEnded(), "no end");
        }
    }

    @Test
    void close_whileAnItemIsLetIn_theItemArrivesBeforeTheEnd() {
        explore(LetInAndClose.class);
    }

    public static final class SlotAndClose extends Program {

        private final Mpsc.@Nullable Slot<Integer> slot = sender.tryReserve();

        public SlotAndClose() {
            super(1);
        }

        @Operation
        public void closer() {
            receiver.close();
        }

        @Operation
        public void consumer() {
            pollRecv();
        }

        @Operation
        public void holder() {
            requireNonNull(slot).close();
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireNothingLost(0);
            require(receiver.hasEnded(), "no end");
        }
    }

    @Test
    void slotGivenBack_whileTheConsumerWaitsForTheEnd_wakesIt() {
        explore(SlotAndClose.class);
    }

    public static final class ServedAndGivenUp extends Program {

        private final Producer producer = new Producer(sender);

        public ServedAndGivenUp() {
            super(1);
            fill();
            producer.poll();
            tryRecv();
            receiver.close();
        }

        @Operation
        public void consumer() {
            pollRecv();
        }

        @Operation
        public void producer() {
            producer.giveUp();
        }

        @Validate
        public void check() {
            requireConsumerAwake();
            requireNothingLost(1);
            require(receiver.hasEnded(), "no end");
        }
    }

    @Test
    void sendServedAndGivenUp_whileTheConsumerWaitsForTheEnd_wakesIt() {
        explore(ServedAndGivenUp.class);
    }

    /** Full, and the next item goes to the directory's first entry again. */
    public static final class OverTheEdge extends Program {

        private static final int ROUNDS_BEFORE = 4;

        private int sent;
        private int sent2;

        public OverTheEdge() {
            super(4);
            for (int i = 0; i < ROUNDS_BEFORE; i++) {
                trySend(1);
                tryRecv();
            }
            fill();
        }

        @Operation
        public void consumer() {
            tryRecv();
            tryRecv();
            tryRecv();
        }

        @Operation
        public void producer() {
            sent = trySend(2);
        }

        @Operation
        public void producer2() {
            sent2 = trySend(2);
        }

        @Validate
        public void check() {
            requireNothingLost(ROUNDS_BEFORE + capacity + sent + sent2);
        }
    }

    @Test
    void rounds_ofTwoProducersOverTheRingsEdge_loseNothing() {
        explore(OverTheEdge.class);
    }
}
