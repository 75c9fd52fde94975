package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Future;
import io.sluice.runtime.testkit.TestWaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTokenTest {

    private final CancellationToken token = new CancellationToken();
    private final TestWaker waker = new TestWaker();

    @Test
    void cancel_wakesEverybodyOnce() throws Exception {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(token.cancelled());
            assertThat(all.get(i).poll(waker.context()).isPending()).isTrue();
        }
        token.cancel();
        token.cancel();
        assertThat(waker.wakes()).isEqualTo(100);
        assertThat(token.isCancelled()).isTrue();
        assertThat(token.waiters()).isZero();
        for (Future<Void> one : all) {
            assertThat(one.poll(waker.context()).isReady()).isTrue();
        }
        assertThat(token.cancelled().poll(waker.context()).isReady()).isTrue();
    }

    @Test
    void cancel_coversAllDescendants() throws Exception {
        CancellationToken child = token.child();
        CancellationToken grandchild = child.child();
        grandchild.cancelled().poll(waker.context());
        token.cancel();
        assertThat(child.isCancelled()).isTrue();
        assertThat(grandchild.isCancelled()).isTrue();
        assertThat(waker.wakes()).isEqualTo(1);
    }

    @Test
    void cancel_child_leavesParentAndSiblingsAlone() {
        CancellationToken child = token.child();
        CancellationToken sibling = token.child();
        child.cancel();
        assertThat(token.isCancelled()).isFalse();
        assertThat(sibling.isCancelled()).isFalse();
        token.cancel();
        assertThat(sibling.isCancelled()).isTrue();
    }

    @Test
    void child_ofACancelledToken_isBornCancelled() {
        token.cancel();
        assertThat(token.child().isCancelled()).isTrue();
    }

    @Test
    void cancel_veryDeepTree_doesNotOverflowTheStack() {
        CancellationToken deepest = token;
        List<CancellationToken> held = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            deepest = deepest.child();
            held.add(deepest);
        }
        token.cancel();
        assertThat(held).allMatch(CancellationToken::isCancelled);
    }

    @Test
    void wait_cancelled_leavesNoWaiterAndNoWake() throws Exception {
        Future<Void> cancelled = token.cancelled();
        cancelled.poll(waker.context());
        assertThat(token.waiters()).isEqualTo(1);
        cancelled.cancel();
        cancelled.cancel();
        assertThat(token.waiters()).isZero();
        token.cancel();
        assertThat(waker.isWoken()).isFalse();
    }

    @Test
    void wait_withAnotherWaker_wakesTheLast() throws Exception {
        TestWaker other = new TestWaker();
        Future<Void> cancelled = token.cancelled();
        cancelled.poll(waker.context());
        cancelled.poll(other.context());
        token.cancel();
        assertThat(waker.isWoken()).isFalse();
        assertThat(other.wakes()).isEqualTo(1);
    }

    @Test
    void children_thatNobodyUses_areForgotten() {
        List<CancellationToken> used = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 1000; i++) {
                token.child();
            }
            used.add(token.child());
            System.gc();
        }
        assertThat(token.rememberedChildren()).isLessThan(25_000);
        token.cancel();
        assertThat(used).allMatch(CancellationToken::isCancelled);
    }
}
