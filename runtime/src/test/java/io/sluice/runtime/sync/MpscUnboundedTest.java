package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.testkit.TestWaker;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MpscUnboundedTest {

    private final Mpsc.UnboundedChannel<Object> channel = Mpsc.unbounded(1);
    private final UnboundedSender<Object> sender = channel.sender();
    private final Mpsc.Receiver<Object> receiver = channel.receiver();
    private final TestWaker rx = new TestWaker();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void send_neverWaitsAndIsNeverFull_andKeepsTheOrder(int blockShift) {
        Mpsc.UnboundedChannel<Integer> any = Mpsc.unbounded(blockShift);
        int sent = 0;
        int received = 0;
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < round; i++) {
                assertThat(any.sender().send(sent++)).isTrue();
            }
            assertThat(any.receiver().len()).isEqualTo(sent - received);
            for (int i = 0; i < round / 2; i++) {
                assertThat(any.receiver().tryRecv()).isEqualTo(received++);
            }
        }
        List<Integer> rest = new ArrayList<>();
        assertThat(any.receiver().tryRecvMany(rest, Integer.MAX_VALUE)).isEqualTo(sent - received);
        assertThat(rest).isEqualTo(IntStream.range(received, sent).boxed().toList());
        assertThat(any.receiver().tryRecv()).isNull();
    }

    @Test
    void send_aMillionAtOnce_allArrive() {
        Mpsc.UnboundedChannel<Integer> many = Mpsc.unbounded();
        for (int i = 0; i < 1_000_000; i++) {
            many.sender().send(i);
        }
        for (int i = 0; i < 1_000_000; i++) {
            Integer item = many.receiver().tryRecv();
            if (item == null || item != i) {
                assertThat(item).isEqualTo(i);
            }
        }
        assertThat(many.receiver().len()).isZero();
    }

    @Test
    void pollRecv_empty_isWokenByTheNextItemOnly() {
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        sender.send(1);
        sender.send(2);
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(2);
    }

    @Test
    void pollBuffered_acrossBlocks_wakesOnlyOnceTheThresholdIsReached() {
        for (int round = 0; round < 5; round++) {
            rx.reset();
            assertThat(receiver.pollBuffered(rx.context(), 7)).isFalse();
            for (int i = 0; i < 6; i++) {
                sender.send(i);
                assertThat(rx.isWoken()).isFalse();
            }
            sender.send(6);
            assertThat(rx.wakes()).isEqualTo(1);
            assertThat(receiver.pollBuffered(rx.context(), 7)).isTrue();
            assertThat(receiver.tryRecvMany(new ArrayList<>(), 7)).isEqualTo(7);
        }
    }

    @Test
    void receiverClose_turnsSendersAway_andDrainsWhatIsThere() {
        sender.send(1);
        sender.send(2);
        receiver.close();
        assertThat(sender.isClosed()).isTrue();
        assertThat(sender.send(3)).isFalse();
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(1);
        assertThat(receiver.hasEnded()).isFalse();
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(2);
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
        assertThat(receiver.hasEnded()).isTrue();
    }

    @Test
    void lastSenderClose_endsTheChannelAfterItsItems() {
        UnboundedSender<Object> second = sender.dup();
        sender.send(1);
        sender.close();
        sender.close();
        assertThat(sender.send(2)).isFalse();
        assertThatThrownBy(sender::dup).isInstanceOf(IllegalStateException.class);
        assertThat(receiver.pollRecv(rx.context()).get()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).isPending()).isTrue();
        second.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
    }

    @Test
    void closeAndDiscard_throwsAwayWhatWaits_andTellsTheSenders() throws Exception {
        Future<Void> closed = sender.closed();
        assertThat(closed.poll(rx.context()).isPending()).isTrue();
        sender.send(1);
        sender.send(2);
        assertThat(receiver.closeAndDiscard()).isEqualTo(2);
        assertThat(receiver.closeAndDiscard()).isZero();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(closed.poll(rx.context()).isReady()).isTrue();
        assertThat(receiver.pollRecv(rx.context()).get()).isNull();
    }

    @Test
    void weakSender_doesNotKeepTheChannelOpen() {
        WeakSender<UnboundedSender<Object>> weak = sender.downgrade();
        UnboundedSender<Object> strong = weak.upgrade();
        assertThat(strong).isNotNull();
        assertThat(strong.send(1)).isTrue();
        sender.close();
        assertThat(receiver.isClosed()).as("the upgraded sender keeps it open").isFalse();
        strong.close();
        assertThat(receiver.isClosed()).isTrue();
        assertThat(weak.upgrade()).isNull();
    }

    @Test
    void receivedItem_isNotKept() throws Exception {
        WeakReference<Object> item = new WeakReference<>(new Object());
        sender.send(strong(item));
        sender.send(2);
        receiver.tryRecv();
        Threads.until(() -> {
            System.gc();
            return item.refersTo(null);
        });
        assertThat(receiver.tryRecv()).isEqualTo(2);
    }

    private static Object strong(WeakReference<Object> reference) {
        Object present = reference.get();
        return present == null ? "collected before it was sent" : present;
    }
}
