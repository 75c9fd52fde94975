package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.testkit.TestWaker;
import org.junit.jupiter.api.Test;

class OneshotTest {

    private final Oneshot.Channel<String> channel = Oneshot.channel();
    private final Oneshot.Sender<String> sender = channel.sender();
    private final Oneshot.Receiver<String> receiver = channel.receiver();
    private final TestWaker rx = new TestWaker();
    private final TestWaker tx = new TestWaker();

    @Test
    void send_beforePoll_isReadyAtOnce() throws Exception {
        assertThat(sender.send("a")).isTrue();
        assertThat(receiver.poll(rx.context()).get()).isEqualTo("a");
    }

    @Test
    void send_afterPoll_wakesTheReceiver() throws Exception {
        assertThat(receiver.poll(rx.context()).isPending()).isTrue();
        sender.send("a");
        assertThat(rx.wakes()).isEqualTo(1);
        assertThat(receiver.poll(rx.context()).get()).isEqualTo("a");
    }

    @Test
    void send_null_isAValue() throws Exception {
        assertThat(sender.send(null)).isTrue();
        assertThat(receiver.poll(rx.context()).get()).isNull();
    }

    @Test
    void send_twiceOrAfterClose_isRefused() {
        sender.send("a");
        assertThatThrownBy(() -> sender.send("b")).isInstanceOf(IllegalStateException.class);
        Oneshot.Channel<String> other = Oneshot.channel();
        other.sender().close();
        assertThatThrownBy(() -> other.sender().send("b")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void senderClose_wakesAndFailsTheReceiver() throws Exception {
        receiver.poll(rx.context());
        sender.close();
        sender.close();
        assertThat(rx.wakes()).isEqualTo(1);
        assertThatThrownBy(() -> receiver.poll(rx.context())).isInstanceOf(ClosedException.class);
        assertThatThrownBy(receiver::tryRecv).isInstanceOf(ClosedException.class);
    }

    @Test
    void senderClose_afterSend_doesNothing() throws Exception {
        sender.send("a");
        sender.close();
        assertThat(receiver.poll(rx.context()).get()).isEqualTo("a");
    }

    @Test
    void receiverClose_handsTheValueBack() {
        receiver.close();
        assertThat(sender.isClosed()).isTrue();
        assertThat(sender.send("a")).isFalse();
        assertThat(sender.send("a")).isFalse();
    }

    @Test
    void receiverClose_wakesTheSender_andLeavesNoWaker() throws Exception {
        receiver.poll(rx.context());
        assertThat(sender.pollClosed(tx.context())).isFalse();
        receiver.cancel();
        assertThat(tx.wakes()).isEqualTo(1);
        assertThat(sender.pollClosed(tx.context())).isTrue();
        sender.send("a");
        assertThat(rx.isWoken()).isFalse();
    }

    @Test
    void receiverClose_afterSend_leavesTheValueToTryRecv() throws Exception {
        sender.send("a");
        receiver.close();
        assertThat(sender.isClosed()).isFalse();
        assertThat(receiver.tryRecv().get()).isEqualTo("a");
    }

    @Test
    void tryRecv_empty_isPending() throws Exception {
        assertThat(receiver.tryRecv().isPending()).isTrue();
    }

    @Test
    void poll_afterReady_isABug() throws Exception {
        sender.send("a");
        receiver.poll(rx.context());
        assertThatThrownBy(() -> receiver.poll(rx.context())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void poll_withoutBudget_isPendingAndTakesNothing() throws Exception {
        Context cx = new Context(rx, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            cx.madeProgress();
        }
        sender.send("a");
        assertThat(receiver.poll(cx).isPending()).isTrue();
        assertThat(rx.isWoken()).isTrue();
        assertThat(receiver.poll(rx.context()).get()).isEqualTo("a");
    }
}
