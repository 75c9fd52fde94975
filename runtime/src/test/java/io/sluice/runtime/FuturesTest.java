package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Futures.OnCancel;
import io.sluice.runtime.collect.ByHand;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FuturesTest {

    private final TestWaker waker = new TestWaker();
    private final ByHand<String> inner = new ByHand<>();
    private final IOException broken = new IOException("broken");

    @Test
    void ready_andFailed_endAtTheFirstPoll() throws Exception {
        assertThat(poll(Futures.ready("x")).get()).isEqualTo("x");
        assertThat(poll(Futures.ready(null)).isReady()).isTrue();
        assertThatThrownBy(() -> poll(Futures.failed(broken))).isSameAs(broken);
    }

    @Test
    void lazy_isMadeAtTheFirstPollOnly() throws Exception {
        int[] made = new int[1];
        Future<String> lazy = Futures.lazy(() -> {
            made[0]++;
            return inner;
        });
        assertThat(made[0]).isZero();
        poll(lazy);
        inner.end("x");
        assertThat(poll(lazy).get()).isEqualTo("x");
        assertThat(made[0]).isEqualTo(1);
        Futures.lazy(() -> {
                    made[0]++;
                    return inner;
                })
                .cancel();
        assertThat(made[0]).isEqualTo(1);
    }

    @Test
    void map_appliesToTheResult() throws Exception {
        Future<Integer> mapped = Futures.map(inner, String::length);
        assertThat(poll(mapped).isPending()).isTrue();
        inner.end("four");
        assertThat(waker.isWoken()).isTrue();
        assertThat(poll(mapped).get()).isEqualTo(4);
        mapped.cancel();
        assertThat(inner.cancels).isZero();
    }

    @Test
    void map_innerThrows_cancelsItOnceAndPassesTheFailureOn() throws Exception {
        Future<Integer> mapped = Futures.map(inner, String::length);
        inner.fail(broken);
        assertThatThrownBy(() -> poll(mapped)).isSameAs(broken);
        mapped.cancel();
        assertThat(inner.cancels).isEqualTo(1);
    }

    @Test
    void map_stepThrows_doesNotCancelWhatHasEnded() {
        inner.end("x");
        Future<Integer> mapped = Futures.map(inner, value -> {
            throw broken;
        });
        assertThatThrownBy(() -> poll(mapped)).isSameAs(broken);
        mapped.cancel();
        assertThat(inner.cancels).isZero();
    }

    @Test
    void andThen_runsTheSecondAfterTheFirst() throws Exception {
        ByHand<Integer> second = new ByHand<>();
        Future<Integer> both = Futures.andThen(inner, value -> second);
        poll(both);
        assertThat(second.polls).isZero();
        inner.end("x");
        assertThat(poll(both).isPending()).isTrue();
        second.end(2);
        assertThat(poll(both).get()).isEqualTo(2);
        assertThat(inner.polls).isEqualTo(2);
    }

    @Test
    void andThen_cancel_cancelsTheOneThatRuns() throws Exception {
        ByHand<Integer> second = new ByHand<>();
        Future<Integer> early = Futures.andThen(inner, value -> second);
        poll(early);
        early.cancel();
        assertThat(inner.cancels).isEqualTo(1);

        Future<Integer> late = Futures.andThen(Futures.ready("x"), value -> second);
        poll(late);
        late.cancel();
        assertThat(second.cancels).isEqualTo(1);
    }

    @Test
    void andThen_secondThrows_itsOwnersCancelReachesIt() throws Exception {
        ByHand<Integer> second = new ByHand<>();
        Future<Integer> both = Futures.andThen(Futures.ready("x"), value -> second);
        second.fail(broken);
        assertThatThrownBy(() -> poll(both)).isSameAs(broken);
        both.cancel();
        assertThat(second.cancels).isEqualTo(1);
    }

    @Test
    void recover_givesAValueForAFailure_andLeavesResultsAndErrorsAlone() throws Exception {
        Future<String> recovered = Futures.recover(inner, Throwable::getMessage);
        inner.fail(broken);
        assertThat(poll(recovered).get()).isEqualTo("broken");
        assertThat(inner.cancels).isEqualTo(1);

        assertThat(poll(Futures.recover(Futures.ready("x"), failure -> "never")).get())
                .isEqualTo("x");
        Future<String> error = cx -> {
            throw new AssertionError("error");
        };
        assertThatThrownBy(() -> poll(Futures.recover(error, failure -> "never")))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void fromStage_completionFromAnyThread_wakes() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Future<String> future = Futures.fromStage(stage);
        assertThat(poll(future).isPending()).isTrue();
        Thread completer = new Thread(() -> stage.complete("x"));
        completer.start();
        completer.join();
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(poll(future).get()).isEqualTo("x");
    }

    @Test
    void fromStage_completedBefore_isReadyAtOnce() throws Exception {
        assertThat(poll(Futures.fromStage(CompletableFuture.completedStage("x")))
                        .get())
                .isEqualTo("x");
        assertThat(poll(Futures.fromStage(CompletableFuture.completedStage(null)))
                        .isReady())
                .isTrue();
    }

    @Test
    void fromStage_failures_comeUnwrapped() {
        assertThatThrownBy(() -> poll(Futures.fromStage(CompletableFuture.failedStage(broken))))
                .isSameAs(broken);
        CompletableFuture<String> failed = CompletableFuture.failedFuture(broken);
        assertThatThrownBy(() -> poll(Futures.fromStage(failed.thenApply(value -> value))))
                .isSameAs(broken);
        assertThatThrownBy(() -> poll(Futures.fromStage(CompletableFuture.failedStage(new Throwable("odd")))))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("odd");
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(false);
        assertThatThrownBy(() -> poll(Futures.fromStage(cancelled))).isInstanceOf(CancellationException.class);
    }

    @Test
    void fromStage_cancel_leavesTheStageUnlessAsked() throws Exception {
        CompletableFuture<String> left = new CompletableFuture<>();
        Future<String> leaving = Futures.fromStage(left);
        poll(leaving);
        leaving.cancel();
        assertThat(left).isNotDone();
        left.complete("nobody hears");
        assertThat(waker.isWoken()).isFalse();

        CompletableFuture<String> ended = new CompletableFuture<>();
        Future<String> ending = Futures.fromStage(ended, OnCancel.CANCEL_STAGE);
        poll(ending);
        ending.cancel();
        assertThat(ended).isCancelled();
        assertThat(waker.isWoken()).isFalse();
    }

    @Test
    void toCompletableFuture_tellsResultsAndFailures() {
        try (StepRuntime runtime = new StepRuntime()) {
            CompletableFuture<String> result = Futures.toCompletableFuture(runtime.handle(), inner);
            runtime.run();
            assertThat(result).isNotDone();
            inner.end("x");
            runtime.run();
            assertThat(result).isCompletedWithValue("x");
            assertThat(inner.cancels).isZero();

            ByHand<String> failing = new ByHand<>();
            failing.fail(broken);
            CompletableFuture<String> failure = Futures.toCompletableFuture(runtime.handle(), failing);
            runtime.run();
            assertThat(failure).isCompletedExceptionally();
            assertThatThrownBy(failure::join).hasCause(broken);
            assertThat(failing.cancels).isEqualTo(1);
        }
    }

    @Test
    void toCompletableFuture_cancelledOrCompletedOutside_abortsTheTask() {
        try (StepRuntime runtime = new StepRuntime()) {
            CompletableFuture<Void> cancelled = Futures.toCompletableFuture(
                    runtime.handle(), runtime.handle().sleep(Duration.ofHours(1)));
            CompletableFuture<String> completed = Futures.toCompletableFuture(runtime.handle(), inner);
            runtime.run();
            assertThat(runtime.runtime().metrics().timers()).isEqualTo(1);
            cancelled.cancel(true);
            completed.complete("outside");
            runtime.run();
            assertThat(runtime.runtime().metrics().timers()).isZero();
            assertThat(runtime.runtime().metrics().aliveTasks()).isZero();
            assertThat(inner.cancels).isEqualTo(1);
            assertThat(completed).isCompletedWithValue("outside");
        }
    }

    @Test
    void toCompletableFuture_runtimeEnds_isCancelled() {
        CompletableFuture<String> running;
        try (StepRuntime runtime = new StepRuntime()) {
            running = Futures.toCompletableFuture(runtime.handle(), inner);
            runtime.run();
            runtime.runtime().close();
            assertThat(Futures.toCompletableFuture(runtime.handle(), new ByHand<>()))
                    .isCancelled();
        }
        assertThat(running).isCancelled();
        assertThat(inner.cancels).isEqualTo(1);
    }

    @Test
    @Timeout(30)
    void stages_thereAndBack_onRealWorkers() throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(2).enableIo(false).build()) {
            for (int i = 0; i < 2_000; i++) {
                CompletableFuture<Integer> source = new CompletableFuture<>();
                CompletableFuture<Integer> result = Futures.toCompletableFuture(
                        runtime.handle(), Futures.map(Futures.fromStage(source), value -> value + 1));
                source.complete(i);
                assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(i + 1);
            }
        }
    }

    private <T> Poll<T> poll(Future<T> future) throws Exception {
        return future.poll(waker.context());
    }
}
