package io.sluice.runtime.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FuturesOrderedTest {

    private final TestWaker waker = new TestWaker();
    private final FuturesOrdered<String> futures = new FuturesOrdered<>();
    private final ByHand<String> a = new ByHand<>();
    private final ByHand<String> b = new ByHand<>();

    @Test
    void next_empty_isNull() throws Exception {
        assertThat(poll().get()).isNull();
    }

    @Test
    void next_laterOneEndsFirst_waitsForTheFirst() throws Exception {
        pushBoth();
        b.end("b");
        assertThat(poll().isPending()).isTrue();
        a.end("a");
        assertThat(poll().get().value()).isEqualTo("a");
        assertThat(poll().get().value()).isEqualTo("b");
        assertThat(poll().get()).isNull();
    }

    @Test
    void pushFront_comesFirst() throws Exception {
        pushBoth();
        futures.pushFront(cx -> Poll.ready("front"));
        a.end("a");
        assertThat(poll().get().value()).isEqualTo("front");
        assertThat(poll().get().value()).isEqualTo("a");
    }

    @Test
    void next_failure_waitsItsTurn() throws Exception {
        pushBoth();
        b.fail(new IOException("broken"));
        assertThat(poll().isPending()).isTrue();
        assertThat(b.cancels).isEqualTo(1);
        a.end("a");
        assertThat(poll().get().value()).isEqualTo("a");
        assertThatThrownBy(this::poll).hasMessage("broken");
        assertThat(futures.isEmpty()).isTrue();
    }

    @Test
    void cancel_cancelsWhatRuns_andClosesWhatWasNotTaken() throws Exception {
        boolean[] closed = new boolean[1];
        FuturesOrdered<AutoCloseable> resources = new FuturesOrdered<>();
        ByHand<AutoCloseable> running = new ByHand<>();
        resources.pushBack(running);
        resources.pushBack(cx -> Poll.ready(() -> closed[0] = true));
        assertThat(resources.pollNext(waker.context()).isPending()).isTrue();
        resources.cancel();
        assertThat(running.cancels).isEqualTo(1);
        assertThat(closed[0]).isTrue();
        assertThat(resources.pollNext(waker.context()).get()).isNull();
    }

    private void pushBoth() throws Exception {
        futures.pushBack(a);
        futures.pushBack(b);
        assertThat(poll().isPending()).isTrue();
    }

    private Poll<Next<String>> poll() throws Exception {
        return futures.pollNext(waker.context());
    }
}
