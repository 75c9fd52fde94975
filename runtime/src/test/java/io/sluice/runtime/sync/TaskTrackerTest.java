package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.Waker;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskTrackerTest {

    private final TaskTracker tracker = new TaskTracker();
    private final TestWaker waker = new TestWaker();

    @Test
    void await_isReady_onceClosedAndEmpty() throws Exception {
        Future<Void> await = tracker.await();
        TaskTracker.Token task = tracker.token();
        assertThat(await.poll(waker.context()).isPending()).isTrue();
        assertThat(tracker.close()).isTrue();
        assertThat(tracker.close()).isFalse();
        assertThat(await.poll(waker.context()).isPending()).isTrue();
        assertThat(waker.isWoken()).isFalse();
        task.close();

        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(await.poll(waker.context()).isReady()).isTrue();
        assertThat(tracker.waiters()).isZero();
    }

    @Test
    void await_emptyButOpen_waitsForTheClose() throws Exception {
        Future<Void> await = tracker.await();
        tracker.token().close();
        assertThat(tracker.isEmpty()).isTrue();
        assertThat(await.poll(waker.context()).isPending()).isTrue();
        tracker.close();
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(await.poll(waker.context()).isReady()).isTrue();
        assertThat(tracker.await().poll(waker.context()).isReady()).isTrue();
    }

    @Test
    void close_doesNotStopSpawns_andWaitsForThemToo() throws Exception {
        TaskTracker.Token first = tracker.token();
        tracker.close();
        TaskTracker.Token late = tracker.token();
        Future<Void> await = tracker.await();
        first.close();
        first.close();
        assertThat(tracker.size()).isEqualTo(1);
        assertThat(await.poll(waker.context()).isPending()).isTrue();
        late.close();
        assertThat(await.poll(waker.context()).isReady()).isTrue();
    }

    /** A wait that exists at the moment of the end is not undone by what comes afterwards. */
    @Test
    void await_madeBeforeTheEnd_isReadyAlsoIfItWasNeverEmptyAndClosedWhenPolled() throws Exception {
        Future<Void> polledBefore = tracker.await();
        Future<Void> unpolled = tracker.await();
        TaskTracker.Token task = tracker.token();
        assertThat(polledBefore.poll(waker.context()).isPending()).isTrue();
        tracker.close();
        task.close();
        Future<Void> madeAtTheEnd = tracker.await();
        TaskTracker.Token next = tracker.token();
        assertThat(tracker.reopen()).isTrue();
        assertThat(tracker.reopen()).isFalse();

        assertThat(polledBefore.poll(waker.context()).isReady()).isTrue();
        assertThat(unpolled.poll(waker.context()).isReady()).isTrue();
        assertThat(madeAtTheEnd.poll(waker.context()).isReady()).isTrue();
        Future<Void> madeAfterwards = tracker.await();
        assertThat(madeAfterwards.poll(waker.context()).isPending()).isTrue();
        madeAfterwards.cancel();
        next.close();
        assertThat(tracker.waiters()).isZero();
    }

    @Test
    void reopen_holdsTheWaitUpUntilTheNextClose() throws Exception {
        tracker.close();
        tracker.reopen();
        assertThat(tracker.isClosed()).isFalse();
        Future<Void> await = tracker.await();
        assertThat(await.poll(waker.context()).isPending()).isTrue();
        tracker.close();
        assertThat(await.poll(waker.context()).isReady()).isTrue();
    }

    @Test
    void trackFuture_readyFailedOrCancelled_countsNoMore() throws Exception {
        Inner inner = new Inner();
        Future<String> ready = tracker.trackFuture(inner);
        Future<String> failing = tracker.trackFuture(inner);
        Future<String> givenUp = tracker.trackFuture(inner);
        assertThat(tracker.size()).isEqualTo(3);
        givenUp.cancel();
        givenUp.cancel();
        assertThat(tracker.size()).isEqualTo(2);
        assertThat(inner.sizeAtCancel).isEqualTo(3);
        inner.next = Poll.ready("value");
        assertThat(ready.poll(waker.context()).get()).isEqualTo("value");
        assertThat(tracker.size()).isEqualTo(1);
        inner.failure = new IOException("broken");
        assertThatThrownBy(() -> failing.poll(waker.context())).isSameAs(inner.failure);
        failing.cancel();
        assertThat(tracker.isEmpty()).isTrue();
    }

    @Test
    void await_cancelled_leavesNoWaiterAndNoWake() throws Exception {
        Future<Void> await = tracker.await();
        await.poll(waker.context());
        await.cancel();
        assertThat(tracker.waiters()).isZero();
        tracker.close();
        assertThat(waker.isWoken()).isFalse();
    }

    @Test
    void spawn_countsUntilTheTaskHasEnded_howeverItEnds() {
        List<Inner> inners = new ArrayList<>();
        try (StepRuntime steps = new StepRuntime()) {
            List<JoinHandle<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Inner inner = new Inner();
                inners.add(inner);
                tasks.add(
                        i == 0
                                ? tracker.spawn(steps.handle(), inner)
                                : tracker.spawn(steps.handle(), TaskOptions.named("named"), inner));
            }
            tracker.close();
            StepRuntime.Watched<Void> await = steps.watch(tracker.await());
            tasks.get(0).abort();
            inners.get(1).end(Poll.ready("value"));
            steps.run();
            assertThat(tracker.size()).isEqualTo(1);
            assertThat(await.isEnded()).isFalse();
            inners.get(2).failure = new IOException("broken");
            inners.get(2).end(Poll.pending());
            steps.run();
            assertThat(await.isEnded()).isTrue();
        }
    }

    @Test
    void spawn_afterTheShutdown_countsNoMoreAtOnce() {
        StepRuntime steps = new StepRuntime();
        steps.close();
        tracker.spawn(steps.handle(), new Inner()).detach();
        assertThat(tracker.isEmpty()).isTrue();
    }

    private final class Inner implements Future<String> {

        Poll<String> next = Poll.pending();

        @Nullable
        Exception failure;

        int sizeAtCancel;
        Waker polledBy = Waker.NOOP;

        void end(Poll<String> how) {
            next = how;
            polledBy.wake();
        }

        @Override
        public Poll<String> poll(Context cx) throws Exception {
            polledBy = cx.waker();
            if (failure != null) {
                throw failure;
            }
            return next;
        }

        @Override
        public void cancel() {
            sizeAtCancel = Math.max(sizeAtCancel, tracker.size());
        }
    }
}
