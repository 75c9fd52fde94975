package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.CancellationToken.RunResult;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 1000; i++) {
                token.child();
            }
            used.add(token.child());
            System.gc();
        }
        assertThat(token.rememberedChildren()).isLessThan(5_000);
        token.cancel();
        assertThat(used).allMatch(CancellationToken::isCancelled);
    }

    @Test
    void cancel_reachesAGrandchild_whoseParentNobodyHolds() {
        CancellationToken grandchild = token.child().child();
        System.gc();
        token.cancel();
        assertThat(grandchild.isCancelled()).isTrue();
    }

    @Test
    void token_givenUp_cancelsNothing() {
        CancellationToken child = new CancellationToken().child();
        System.gc();
        assertThat(child.isCancelled()).isFalse();
    }

    @Test
    void dropGuard_closed_cancels() {
        try (CancellationToken.DropGuard guard = token.dropGuard()) {
            assertThat(guard).isNotNull();
            assertThat(token.isCancelled()).isFalse();
        }
        assertThat(token.isCancelled()).isTrue();
    }

    @Test
    void dropGuard_disarmed_cancelsNothing() {
        CancellationToken.DropGuard guard = token.dropGuard();
        assertThat(guard.disarm()).isSameAs(token);
        assertThat(guard.disarm()).isNull();
        guard.close();
        assertThat(token.isCancelled()).isFalse();
    }

    @Test
    void runUntilCancelled_futureEndsFirst_givesItsValue() throws Exception {
        Inner inner = new Inner();
        Future<RunResult<String>> run = token.runUntilCancelled(inner);
        assertThat(run.poll(waker.context()).isPending()).isTrue();
        assertThat(token.waiters()).isEqualTo(1);
        inner.next = Poll.ready("value");

        assertThat(run.poll(waker.context()).get()).isEqualTo(new RunResult.Completed<>("value"));
        assertThat(token.waiters()).isZero();
        assertThat(inner.cancels).isZero();
        assertThat(token.runUntilCancelled(cx -> Poll.ready())
                        .poll(waker.context())
                        .get())
                .isEqualTo(new RunResult.Completed<>(null));
    }

    @Test
    void runUntilCancelled_cancelledMeanwhile_cancelsTheFuture() throws Exception {
        Inner inner = new Inner();
        Future<RunResult<String>> run = token.runUntilCancelled(inner);
        run.poll(waker.context());
        token.cancel();
        assertThat(waker.wakes()).isEqualTo(1);

        assertThat(run.poll(waker.context()).get()).isInstanceOf(RunResult.Cancelled.class);
        assertThat(inner.cancels).isEqualTo(1);
        assertThat(inner.polls).isEqualTo(1);
    }

    @Test
    void runUntilCancelled_pollsTheTokenFirst() throws Exception {
        Inner inner = new Inner();
        inner.next = Poll.ready("value");
        token.cancel();

        assertThat(token.runUntilCancelled(inner).poll(waker.context()).get()).isInstanceOf(RunResult.Cancelled.class);
        assertThat(inner.polls).isZero();
        assertThat(inner.cancels).isEqualTo(1);
    }

    @Test
    void runUntilCancelled_futureFailsOrIsGivenUp_leavesNobodyBehind() throws Exception {
        Inner failing = new Inner();
        failing.failure = new IOException("broken");
        assertThatThrownBy(() -> token.runUntilCancelled(failing).poll(waker.context()))
                .isSameAs(failing.failure);
        assertThat(failing.cancels).isEqualTo(1);
        Inner givenUp = new Inner();
        Future<RunResult<String>> run = token.runUntilCancelled(givenUp);
        run.poll(waker.context());
        run.cancel();
        assertThat(givenUp.cancels).isEqualTo(1);
        assertThat(token.waiters()).isZero();
    }

    private static final class Inner implements Future<String> {

        Poll<String> next = Poll.pending();

        @Nullable
        Exception failure;

        int polls;
        int cancels;

        @Override
        public Poll<String> poll(Context cx) throws Exception {
            polls++;
            if (failure != null) {
                throw failure;
            }
            return next;
        }

        @Override
        public void cancel() {
            cancels++;
        }
    }
}
