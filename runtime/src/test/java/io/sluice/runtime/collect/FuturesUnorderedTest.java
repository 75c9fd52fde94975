package io.sluice.runtime.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import io.sluice.runtime.time.TimeDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FuturesUnorderedTest {

    private final TestWaker waker = new TestWaker();
    private final FuturesUnordered<String> futures = new FuturesUnordered<>();
    private final ByHand<String> a = new ByHand<>();
    private final ByHand<String> b = new ByHand<>();

    @Test
    void next_empty_isNullAndTheSetCanBeFilledAgain() throws Exception {
        assertThat(futures.next().poll(waker.context()).get()).isNull();
        futures.push(cx -> Poll.ready("x"));
        assertThat(futures.next().poll(waker.context()).get()).isEqualTo(new Next<>("x"));
        assertThat(futures.next().poll(waker.context()).get()).isNull();
    }

    @Test
    void next_ofNullResult_isNotTheEnd() throws Exception {
        futures.push(cx -> Poll.ready());
        assertThat(futures.next().poll(waker.context()).get()).isEqualTo(new Next<>(null));
    }

    @Test
    void next_completionOrder_isTheOrderOfWakes() throws Exception {
        pushBoth();
        b.end("b");
        a.end("a");
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(poll().get().value()).isEqualTo("b");
        assertThat(poll().get().value()).isEqualTo("a");
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(0, 0);
    }

    @Test
    void wake_ofOneAmongManyChildren_pollsThatOneOnly() throws Exception {
        for (int children : List.of(10, 1_000, 100_000)) {
            List<ByHand<Integer>> all = new ArrayList<>();
            FuturesUnordered<Integer> many = new FuturesUnordered<>();
            for (int i = 0; i < children; i++) {
                all.add(new ByHand<>());
                many.push(all.get(i));
            }
            assertThat(many.pollNext(waker.context()).isPending()).isTrue();
            assertThat(all).allMatch(one -> one.polls == 1);
            Random random = new Random(children);
            for (int i = 0; i < 50; i++) {
                all.get(random.nextInt(children)).wake();
                many.pollNext(waker.context());
            }
            assertThat(all.stream().mapToInt(one -> one.polls).sum()).isEqualTo(children + 50);
            many.cancel();
        }
    }

    @Test
    void wake_manyTimes_pollsOnce() throws Exception {
        pushBoth();
        a.wake();
        a.wake();
        a.wake();
        assertThat(waker.wakes()).isEqualTo(1);
        poll();
        assertThat(List.of(a.polls, b.polls)).containsExactly(2, 1);
    }

    @Test
    void push_whileTheOwnerWaits_wakesIt() throws Exception {
        pushBoth();
        futures.push(cx -> Poll.ready("new"));
        assertThat(waker.isWoken()).isTrue();
        assertThat(poll().get().value()).isEqualTo("new");
    }

    @Test
    void poll_withAnotherWaker_wakesTheLast() throws Exception {
        TestWaker other = new TestWaker();
        pushBoth();
        futures.pollNext(other.context());
        a.wake();
        assertThat(waker.isWoken()).isFalse();
        assertThat(other.isWoken()).isTrue();
    }

    @Test
    void poll_childThrows_isCancelledAndTheOthersGoOn() throws Exception {
        pushBoth();
        IOException broken = new IOException("broken");
        a.fail(broken);
        b.end("b");
        assertThatThrownBy(this::poll).isSameAs(broken);
        assertThat(a.cancels).isEqualTo(1);
        assertThat(futures.size()).isEqualTo(1);
        assertThat(poll().get().value()).isEqualTo("b");
        assertThat(b.cancels).isZero();
    }

    @Test
    void wake_afterTheEnd_doesNothing() throws Exception {
        pushBoth();
        a.end("a");
        poll();
        a.wake();
        assertThat(poll().isPending()).isTrue();
        assertThat(a.polls).isEqualTo(2);
    }

    @Test
    void poll_childrenThatWakeThemselves_givesWayAfterTwo() throws Exception {
        int[] polls = new int[1];
        Future<String> restless = cx -> {
            polls[0]++;
            cx.waker().wake();
            return Poll.pending();
        };
        for (int i = 0; i < 10; i++) {
            futures.push(restless);
        }
        assertThat(poll().isPending()).isTrue();
        assertThat(polls[0]).isEqualTo(2);
        assertThat(waker.isWoken()).isTrue();
    }

    @Test
    void poll_withoutBudget_pollsNoChild() throws Exception {
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            cx.madeProgress();
        }
        futures.push(a);
        assertThat(futures.pollNext(cx).isPending()).isTrue();
        assertThat(a.polls).isZero();
        assertThat(waker.isWoken()).isTrue();
    }

    @Test
    void cancel_ofNext_leavesTheChildrenAlone() throws Exception {
        pushBoth();
        futures.next().cancel();
        a.end("a");
        assertThat(waker.isWoken()).isFalse();
        assertThat(poll().get().value()).isEqualTo("a");
    }

    @Test
    void cancel_cancelsAllChildren_alsoWhenOneThrows() throws Exception {
        ManualClock clock = new ManualClock();
        TimeDriver time = new TimeDriver(clock);
        FuturesUnordered<Void> mixed = new FuturesUnordered<>();
        mixed.push(time.sleep(Duration.ofHours(1)));
        mixed.push(new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void cancel() {
                throw new IllegalStateException("bad cancel");
            }
        });
        mixed.push(time.sleep(Duration.ofHours(1)));
        mixed.pollNext(waker.context());
        assertThat(time.timers()).isEqualTo(2);
        assertThatThrownBy(mixed::cancel).hasMessage("bad cancel");
        assertThat(time.timers()).isZero();
        assertThat(mixed.isEmpty()).isTrue();
        mixed.cancel();
    }

    private void pushBoth() throws Exception {
        futures.push(a);
        futures.push(b);
        assertThat(poll().isPending()).isTrue();
        waker.reset();
    }

    private Poll<Next<String>> poll() throws Exception {
        return futures.pollNext(waker.context());
    }
}
