package io.sluice.runtime.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JoinSetTest {

    private final StepRuntime runtime = new StepRuntime();
    private final TestWaker waker = new TestWaker();
    private final JoinSet<String> set = new JoinSet<>();
    private final ByHand<String> a = new ByHand<>();
    private final ByHand<String> b = new ByHand<>();
    private final ByHand<String> c = new ByHand<>();

    @AfterEach
    void nothingIsLeftBehind() {
        set.close();
        runtime.run();
        assertThat(runtime.runtime().metrics().aliveTasks()).isZero();
        assertThat(runtime.runtime().metrics().timers()).isZero();
        runtime.close();
    }

    @Test
    void joinNext_completionOrder_notSpawnOrder() throws Exception {
        spawnAll();
        Watched<Joined<String>> first = runtime.watch(set.joinNext());
        b.end("b");
        runtime.run();
        assertThat(first.value().get()).isEqualTo("b");
        c.end("c");
        runtime.run();
        a.end("a");
        runtime.run();
        assertThat(joinedNow()).containsExactly("c", "a");
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void joinNext_completionOrder_alsoWhenNobodyWaited() throws Exception {
        spawnAll();
        for (ByHand<String> one : List.of(c, a, b)) {
            one.end(one == a ? "a" : one == b ? "b" : "c");
            runtime.run();
        }
        assertThat(joinedNow()).containsExactly("c", "a", "b");
    }

    @Test
    void joinNext_empty_isNullAndTheSetCanBeFilledAgain() throws Exception {
        assertThat(set.joinNext().poll(waker.context()).get()).isNull();
        set.spawn(runtime.handle(), a);
        assertThat(set.joinNext().poll(waker.context()).isPending()).isTrue();
        a.end("again");
        runtime.run();
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(set.joinNext().poll(waker.context()).get().get()).isEqualTo("again");
    }

    @Test
    void joinNext_withId_saysWhichTask() throws Exception {
        AbortHandle first = set.spawn(runtime.handle(), TaskOptions.named("first"), a);
        AbortHandle second = set.spawn(runtime.handle(), b);
        b.fail(new IOException("broken"));
        runtime.run();
        a.end("a");
        runtime.run();
        assertThat(set.tryJoinNext())
                .satisfies(failed -> assertThat(failed.taskId()).isEqualTo(second.id()));
        assertThat(set.tryJoinNext()).isEqualTo(new Joined.Done<>(first.id(), "a"));
    }

    @Test
    void joinNext_failedTask_isAResultAndTheOthersGoOn() throws Exception {
        spawnAll();
        a.fail(new IOException("broken"));
        runtime.run();
        Joined<String> failed = set.tryJoinNext();
        assertThatThrownBy(failed::get).isInstanceOf(JoinException.class).hasCauseInstanceOf(IOException.class);
        assertThat(set.size()).isEqualTo(2);
        assertThat(b.cancels).isZero();
    }

    @Test
    void joinNext_cancelSafe_losesNoResult() throws Exception {
        spawnAll();
        var abandoned = set.joinNext();
        assertThat(abandoned.poll(waker.context()).isPending()).isTrue();
        abandoned.cancel();
        a.end("a");
        runtime.run();
        assertThat(waker.isWoken()).isFalse();
        assertThat(joinedNow()).containsExactly("a");
    }

    @Test
    void joinNext_ofNullResults_tellsThemFromTheEnd() throws Exception {
        set.spawn(runtime.handle(), cx -> Poll.ready());
        runtime.run();
        assertThat(set.tryJoinNext()).isInstanceOf(Joined.Done.class);
        assertThat(set.joinNext().poll(waker.context()).get()).isNull();
    }

    @Test
    void joinNext_withoutBudget_isPendingAndAsksForAnotherTurn() throws Exception {
        Coop coop = Coop.limited();
        Context cx = new Context(waker, coop, null);
        for (int i = 0; i <= Coop.BUDGET; i++) {
            set.spawn(runtime.handle(), ready -> Poll.ready("x"));
        }
        runtime.run();
        for (int i = 0; i < Coop.BUDGET; i++) {
            assertThat(set.pollJoinNext(cx).isReady()).isTrue();
        }
        assertThat(set.pollJoinNext(cx).isPending()).isTrue();
        assertThat(waker.isWoken()).isTrue();
        coop.refill();
        assertThat(set.pollJoinNext(cx).isReady()).isTrue();
    }

    @Test
    void tryJoinNext_noneEnded_isNull() {
        spawnAll();
        assertThat(set.tryJoinNext()).isNull();
        assertThat(set.size()).isEqualTo(3);
    }

    @Test
    void spawn_taskThatEndedBeforeItWasAdded_isJoined() throws Exception {
        try (StepRuntime ended = new StepRuntime()) {
            ended.runtime().shutdownInBackground();
            set.spawn(ended.handle(), a);
        }
        assertThatThrownBy(() -> set.joinNext().poll(waker.context()).get().get())
                .isInstanceOfSatisfying(
                        JoinException.class,
                        ended -> assertThat(ended.isCancelled()).isTrue());
    }

    @Test
    void abort_oneTask_isJoinedAsCancelled() {
        AbortHandle handle = set.spawn(runtime.handle(), a);
        set.spawn(runtime.handle(), b);
        runtime.run();
        handle.abort();
        assertThat(handle.isFinished()).isFalse();
        runtime.run();
        assertThat(handle.isFinished()).isTrue();
        assertThat(isCancelled(set.tryJoinNext())).isTrue();
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(1, 0);
    }

    @Test
    void abortAll_tasksStayUntilJoined() {
        spawnAll();
        set.abortAll();
        runtime.run();
        assertThat(set.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(isCancelled(set.tryJoinNext())).isTrue();
        }
        assertThat(List.of(a.cancels, b.cancels, c.cancels)).containsExactly(1, 1, 1);
    }

    @Test
    void abortAll_taskThatEndedBefore_keepsItsResult() throws Exception {
        spawnAll();
        a.end("a");
        runtime.run();
        set.abortAll();
        runtime.run();
        assertThat(set.tryJoinNext().get()).isEqualTo("a");
        assertThat(isCancelled(set.tryJoinNext())).isTrue();
    }

    @Test
    void detachAll_tasksRunOnAndTheSetIsEmpty() throws Exception {
        spawnAll();
        set.detachAll();
        assertThat(set.joinNext().poll(waker.context()).get()).isNull();
        for (ByHand<String> one : List.of(a, b, c)) {
            one.end("x");
        }
        runtime.run();
        assertThat(List.of(a.cancels, b.cancels, c.cancels)).containsExactly(0, 0, 0);
        assertThat(set.joinNext().poll(waker.context()).get()).isNull();
    }

    @Test
    void close_drop_abortsAll() {
        spawnAll();
        set.close();
        assertThat(set.isEmpty()).isTrue();
        runtime.run();
        assertThat(List.of(a.cancels, b.cancels, c.cancels)).containsExactly(1, 1, 1);
    }

    @Test
    void close_tasksThatSleep_leaveNoTimer() throws Exception {
        JoinSet<Void> sleepers = new JoinSet<>();
        for (int i = 0; i < 10; i++) {
            sleepers.spawn(runtime.handle(), runtime.handle().sleep(Duration.ofHours(1)));
        }
        runtime.run();
        assertThat(runtime.runtime().metrics().timers()).isEqualTo(10);
        sleepers.close();
        runtime.run();
        assertThat(runtime.runtime().metrics().timers()).isZero();
    }

    @Test
    void shutdown_abortsAllThenDrains() {
        spawnAll();
        b.fail(new IOException("swallowed"));
        runtime.run();
        Watched<Void> shutdown = runtime.watch(set.shutdown());
        assertThat(shutdown.isEnded()).isTrue();
        assertThat(set.isEmpty()).isTrue();
        assertThat(List.of(a.cancels, b.cancels, c.cancels)).containsExactly(1, 1, 1);
    }

    @Test
    void joinAll_givesAllInCompletionOrder() {
        spawnAll();
        Watched<List<String>> all = runtime.watch(set.joinAll());
        for (ByHand<String> one : List.of(b, c, a)) {
            assertThat(all.isEnded()).isFalse();
            one.end(one == a ? "a" : one == b ? "b" : "c");
            runtime.run();
        }
        assertThat(all.value()).containsExactly("b", "c", "a");
    }

    @Test
    void joinAll_taskFails_throwsAndAbortsTheRest() {
        spawnAll();
        runtime.watch(set.joinAll());
        b.fail(new IOException("broken"));
        runtime.run();
        assertThat(runtime.uncaught())
                .singleElement()
                .satisfies(thrown -> assertThat(thrown).hasRootCauseMessage("broken"));
        runtime.forgetUncaught();
        assertThat(List.of(a.cancels, c.cancels)).containsExactly(1, 1);
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void spawnBlocking_isJoinedLikeATask() throws Exception {
        try (AsyncRuntime threads =
                        AsyncRuntime.builder().currentThread().enableIo(false).build();
                JoinSet<String> work = new JoinSet<>()) {
            work.spawnBlocking(threads.handle(), () -> "done");
            assertThat(threads.blockOn(work.joinAll())).containsExactly("done");
        }
    }

    private void spawnAll() {
        set.spawn(runtime.handle(), a);
        set.spawn(runtime.handle(), b);
        set.spawn(runtime.handle(), c);
        runtime.run();
    }

    private List<String> joinedNow() throws JoinException {
        List<String> values = new ArrayList<>();
        for (Joined<String> one = set.tryJoinNext(); one != null; one = set.tryJoinNext()) {
            values.add(one.get());
        }
        return values;
    }

    private static boolean isCancelled(Joined<?> joined) {
        return joined instanceof Joined.Failed<?> failed && failed.failure().isCancelled();
    }
}
