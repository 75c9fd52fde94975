package io.sluice.runtime.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.collect.ByHand;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinTest {

    private final TestWaker waker = new TestWaker();
    private final ByHand<String> a = new ByHand<>();
    private final ByHand<Integer> b = new ByHand<>();
    private final ByHand<Permit> slow = new ByHand<>();

    @Test
    void join_all_isReadyWhenTheLastEnds() throws Exception {
        Join<String> join = Join.of(a, b, (text, number) -> text + number);
        assertThat(poll(join).isPending()).isTrue();
        b.end(2);
        assertThat(poll(join).isPending()).isTrue();
        a.end("a");
        assertThat(poll(join).get()).isEqualTo("a2");
        assertThat(b.polls).isEqualTo(2);
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(0, 0);
    }

    @Test
    void join_ofThree_andOfAList_giveResultsInTheOrderOfFutures() throws Exception {
        assertThat(poll(Join.of(ready("a"), ready("b"), ready("c"), (x, y, z) -> x + y + z))
                        .get())
                .isEqualTo("abc");
        assertThat(poll(Join.all(List.of(ready("a"), ready("b")))).get()).containsExactly("a", "b");
        assertThat(poll(Join.all(List.<Future<String>>of())).get()).isEmpty();
        assertThat(poll(TryJoin.of(ready("a"), ready("b"), ready("c"), (x, y, z) -> x + y + z))
                        .get())
                .isEqualTo("abc");
        assertThat(poll(TryJoin.all(List.of(ready("a"), ready("b")))).get()).containsExactly("a", "b");
    }

    @Test
    void join_rotates_theFirstPolledPerWake() throws Exception {
        List<Integer> order = new ArrayList<>();
        Join<?> join = Join.all(logging(order));
        for (int i = 0; i < 4; i++) {
            poll(join);
        }
        assertThat(order).containsExactly(0, 1, 2, 1, 2, 0, 2, 0, 1, 0, 1, 2);
    }

    @Test
    void join_biased_alwaysInOrder() throws Exception {
        List<Integer> order = new ArrayList<>();
        Join<?> join = Join.all(logging(order)).biased();
        poll(join);
        poll(join);
        assertThat(order).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void join_oneThrows_theOthersEndFirst() throws Exception {
        IOException broken = new IOException("broken");
        IOException later = new IOException("later");
        Join<String> join = Join.of(a, b, slow, (x, y, z) -> "never");
        poll(join);
        a.fail(broken);
        assertThat(poll(join).isPending()).isTrue();
        assertThat(a.cancels).isEqualTo(1);
        b.fail(later);
        assertThat(poll(join).isPending()).isTrue();
        Semaphore permits = new Semaphore(1);
        slow.end(permits.tryAcquire(1));
        assertThatThrownBy(() -> poll(join))
                .isSameAs(broken)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).containsExactly(later));
        assertThat(permits.availablePermits()).isEqualTo(1);
        assertThat(List.of(a.cancels, b.cancels, slow.cancels)).containsExactly(1, 1, 0);
        join.cancel();
        assertThat(List.of(a.cancels, b.cancels, slow.cancels)).containsExactly(1, 1, 0);
    }

    @Test
    void tryJoin_firstFailure_cancelsTheOthersAndThrowsAtOnce() throws Exception {
        IOException broken = new IOException("broken");
        Semaphore permits = new Semaphore(1);
        TryJoin<String> join = TryJoin.of(permits.acquire(), a, b, (permit, y, z) -> "never");
        assertThat(poll(join).isPending()).isTrue();
        assertThat(permits.availablePermits()).isZero();
        a.fail(broken);
        assertThatThrownBy(() -> poll(join)).isSameAs(broken);
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(1, 1);
        assertThat(permits.availablePermits()).isEqualTo(1);
    }

    @Test
    void tryJoin_all_isReadyWhenTheLastEnds() throws Exception {
        TryJoin<String> join = TryJoin.of(a, b, (text, number) -> text + number);
        b.end(2);
        assertThat(poll(join).isPending()).isTrue();
        a.end("a");
        assertThat(poll(join).get()).isEqualTo("a2");
    }

    @Test
    void cancel_cancelsWhatHasNotEnded_andClosesWhatNobodyReceives() throws Exception {
        Semaphore permits = new Semaphore(1);
        Join<String> join = Join.of(permits.acquire(), a, (permit, text) -> text);
        poll(join);
        join.cancel();
        join.cancel();
        assertThat(a.cancels).isEqualTo(1);
        assertThat(permits.availablePermits()).isEqualTo(1);
    }

    @Test
    void cancel_afterReady_leavesTheResultsAlone() throws Exception {
        Semaphore permits = new Semaphore(1);
        Join<Permit> join = Join.of(permits.acquire(), ready("x"), (permit, text) -> permit);
        Permit permit = poll(join).get();
        join.cancel();
        assertThat(permit.count()).isEqualTo(1);
        permit.close();
    }

    @Test
    void join_withoutBudget_pollsNothing() throws Exception {
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            cx.madeProgress();
        }
        assertThat(Join.of(a, b, (x, y) -> x).poll(cx).isPending()).isTrue();
        assertThat(a.polls + b.polls).isZero();
        assertThat(waker.isWoken()).isTrue();
    }

    private static List<Future<Void>> logging(List<Integer> order) {
        List<Future<Void>> futures = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            futures.add(cx -> {
                order.add(number);
                return Poll.pending();
            });
        }
        return futures;
    }

    private static Future<String> ready(String value) {
        return cx -> Poll.ready(value);
    }

    private <T> Poll<T> poll(Future<T> future) throws Exception {
        return future.poll(waker.context());
    }
}
