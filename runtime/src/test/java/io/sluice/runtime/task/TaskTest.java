package io.sluice.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.Poll;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.Waker;
import io.sluice.runtime.testkit.TestWaker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Drives single tasks by hand through every transition. */
class TaskTest {

    private final RecordingScheduler scheduler = new RecordingScheduler();
    private final PollTurn turn = new PollTurn(Coop.limited(), null, Waker::wake);
    private final TestWaker joiner = new TestWaker();

    private static final class RecordingScheduler implements TaskScheduler {
        final Queue<Task<?>> queue = new ArrayDeque<>();
        final List<Task<?>> released = new ArrayList<>();
        final List<Throwable> uncaught = new ArrayList<>();
        int yielded;

        @Override
        public void schedule(Task<?> task) {
            queue.add(task);
        }

        @Override
        public void scheduleYielded(Task<?> task) {
            yielded++;
            queue.add(task);
        }

        @Override
        public void released(Task<?> task) {
            released.add(task);
        }

        @Override
        public void uncaught(Task<?> task, Throwable failure) {
            uncaught.add(failure);
        }
    }

    /** Pending until told otherwise; remembers its waker and its cancels. */
    private static final class Scripted implements Future<String> {
        Poll<String> next = Poll.pending();
        RuntimeException failure;
        RuntimeException cancelFailure;
        int polls;
        int cancels;
        Runnable during = () -> {};

        @Override
        public Poll<String> poll(Context cx) {
            polls++;
            during.run();
            if (failure != null) {
                throw failure;
            }
            return next;
        }

        @Override
        public void cancel() {
            cancels++;
            if (cancelFailure != null) {
                throw cancelFailure;
            }
        }
    }

    private final Scripted future = new Scripted();
    private final Task<String> task = new Task<>(scheduler, TaskInfo.named("test"), future);

    private Poll<String> join() throws JoinException {
        return task.poll(Context.of(joiner));
    }

    @Test
    void run_ready_completesAndWakesTheJoiner() throws Exception {
        assertThat(join().isPending()).isTrue();
        future.next = Poll.ready("done");
        task.run(turn);
        assertThat(joiner.isWoken()).isTrue();
        assertThat(task.isFinished()).isTrue();
        assertThat(join().get()).isEqualTo("done");
        assertThat(future.cancels).isZero();
        assertThat(scheduler.released).containsExactly(task);
    }

    @Test
    void run_readyWithNull_joinsWithNull() throws Exception {
        future.next = Poll.ready();
        task.run(turn);
        assertThat(join().get()).isNull();
    }

    @Test
    void join_twice_isRefused() throws Exception {
        future.next = Poll.ready("once");
        task.run(turn);
        join();
        assertThatThrownBy(this::join).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void wake_whileIdle_queuesOnce() {
        task.run(turn);
        task.wake();
        task.wake();
        assertThat(scheduler.queue).containsExactly(task);
        assertThat(scheduler.yielded).isZero();
    }

    @Test
    void wake_whileQueued_doesNothing() {
        task.wake();
        assertThat(scheduler.queue).isEmpty();
    }

    @Test
    void wake_whileRunning_queuesAtTheBackAfterThePoll() {
        future.during = () -> {
            task.wake();
            assertThat(scheduler.queue).isEmpty();
        };
        task.run(turn);
        assertThat(scheduler.queue).containsExactly(task);
        assertThat(scheduler.yielded).isEqualTo(1);
    }

    @Test
    void wake_afterTheEnd_doesNothing() {
        future.next = Poll.ready("done");
        task.run(turn);
        task.wake();
        assertThat(scheduler.queue).isEmpty();
    }

    @Test
    void run_notNotified_doesNotPoll() {
        task.run(turn);
        task.run(turn);
        assertThat(future.polls).isEqualTo(1);
    }

    @Test
    void poll_throws_cancelsTheFutureAndFailsTheJoin() {
        future.failure = new IllegalArgumentException("broken");
        task.run(turn);
        assertThat(future.cancels).isEqualTo(1);
        assertThatThrownBy(this::join)
                .isInstanceOfSatisfying(
                        JoinException.class, e -> assertThat(e.isCancelled()).isFalse())
                .cause()
                .isSameAs(future.failure);
        assertThat(scheduler.uncaught).isEmpty();
    }

    @Test
    void poll_throwsError_endsOnlyTheTask() {
        Error error = new StackOverflowError();
        Task<Void> failing = new Task<>(scheduler, TaskInfo.named("error"), cx -> {
            throw error;
        });
        failing.run(turn);
        assertThatThrownBy(() -> failing.poll(Context.of(joiner))).cause().isSameAs(error);
    }

    @Test
    void failure_afterDetach_goesToTheHook() {
        task.detach();
        future.failure = new IllegalStateException("nobody looks");
        task.run(turn);
        assertThat(scheduler.uncaught).containsExactly(future.failure);
    }

    @Test
    void detach_afterFailure_reportsToTheHookOnce() {
        future.failure = new IllegalStateException("nobody looked");
        task.run(turn);
        task.detach();
        task.detach();
        assertThat(scheduler.uncaught).containsExactly(future.failure);
    }

    @Test
    void abort_idle_cancelsOnTheSchedulerNotOnTheCaller() {
        task.run(turn);
        task.abort();
        assertThat(future.cancels).isZero();
        assertThat(task.isFinished()).isFalse();
        assertThat(scheduler.queue).containsExactly(task);
        task.run(turn);
        assertThat(future.cancels).isEqualTo(1);
        assertThatThrownBy(this::join)
                .isInstanceOfSatisfying(
                        JoinException.class, e -> assertThat(e.isCancelled()).isTrue());
    }

    @Test
    void abort_queued_neverPolls() {
        task.abort();
        task.abort();
        assertThat(scheduler.queue).isEmpty();
        task.run(turn);
        assertThat(future.polls).isZero();
        assertThat(future.cancels).isEqualTo(1);
    }

    @Test
    void abort_whileRunningPending_cancelsAfterThePoll() {
        future.during = task::abort;
        task.run(turn);
        assertThat(future.cancels).isEqualTo(1);
        assertThatThrownBy(this::join).isInstanceOf(JoinException.class);
        assertThat(scheduler.queue).isEmpty();
    }

    @Test
    void abort_whileRunningReady_completesNormally() throws Exception {
        future.during = task::abort;
        future.next = Poll.ready("finished first");
        task.run(turn);
        assertThat(join().get()).isEqualTo("finished first");
        assertThat(future.cancels).isZero();
    }

    @Test
    void cancel_throws_failsTheJoinWithIt() {
        future.cancelFailure = new IllegalStateException("cancel broke its rule");
        task.abort();
        task.run(turn);
        assertThatThrownBy(this::join).cause().isSameAs(future.cancelFailure);
    }

    @Test
    void shutdown_idle_endsAtOnce() {
        task.run(turn);
        task.shutdown();
        assertThat(future.cancels).isEqualTo(1);
        assertThat(task.isFinished()).isTrue();
    }

    @Test
    void shutdown_whileRunning_endsAfterThePoll() {
        future.during = () -> {
            task.shutdown();
            assertThat(future.cancels).isZero();
        };
        task.run(turn);
        assertThat(future.cancels).isEqualTo(1);
    }

    @Test
    void join_withAnotherWaker_wakesOnlyTheLatest() throws Exception {
        TestWaker second = new TestWaker();
        join();
        task.poll(Context.of(second));
        future.next = Poll.ready("done");
        task.run(turn);
        assertThat(joiner.isWoken()).isFalse();
        assertThat(second.isWoken()).isTrue();
    }

    @Test
    void detach_withAJoinWaker_wakesNobody() throws Exception {
        join();
        task.detach();
        future.next = Poll.ready("dropped");
        task.run(turn);
        assertThat(joiner.isWoken()).isFalse();
    }

    @Test
    void run_withAnotherBudget_usesIt() {
        List<Boolean> proceeds = new ArrayList<>();
        Task<Void> probing = new Task<>(scheduler, TaskInfo.named("budget"), cx -> {
            proceeds.add(cx.proceed());
            return Poll.pending();
        });
        Coop spent = Coop.limited();
        Context spender = new Context(joiner, spent, null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            spender.madeProgress();
        }
        probing.run(turn);
        probing.wake();
        probing.run(new PollTurn(spent, null, Waker::wake));
        assertThat(proceeds).containsExactly(true, false);
    }

    @Test
    void cancel_throwsAfterAFailedPoll_isSuppressed() {
        future.failure = new IllegalArgumentException("broken");
        future.cancelFailure = new IllegalStateException("cancel broke its rule");
        task.run(turn);
        assertThatThrownBy(this::join).cause().isSameAs(future.failure);
        assertThat(future.failure.getSuppressed()).containsExactly(future.cancelFailure);
    }

    @Test
    void poll_returnsNull_failsTheTask() {
        future.next = null;
        task.run(turn);
        assertThat(future.cancels).isEqualTo(1);
        assertThatThrownBy(this::join).hasRootCauseMessage("a poll returned null");
    }

    @Test
    void join_afterDetach_isRefused() {
        task.detach();
        assertThatThrownBy(this::join).hasMessageContaining("joined or detached");
        future.next = Poll.ready("dropped");
        task.run(turn);
        assertThatThrownBy(this::join).hasMessageContaining("joined or detached");
    }

    @Test
    void cancel_ofTheHandle_afterReady_changesNothing() throws Exception {
        future.next = Poll.ready("taken");
        task.run(turn);
        join();
        task.cancel();
        assertThat(scheduler.uncaught).isEmpty();
    }

    @Test
    void released_beforeTheJoinerLearnsOfIt() {
        List<Boolean> releasedAtWake = new ArrayList<>();
        future.next = Poll.ready("done");
        try {
            task.poll(Context.of(() -> releasedAtWake.add(!scheduler.released.isEmpty())));
        } catch (JoinException e) {
            throw new AssertionError(e);
        }
        task.run(turn);
        assertThat(releasedAtWake).containsExactly(true);
    }

    @Test
    void threadDeath_failsTheTask_andGoesOnToTheThread() {
        @SuppressWarnings("removal")
        Error death = new ThreadDeath();
        Task<Void> stopped = new Task<>(scheduler, TaskInfo.named("stopped"), cx -> {
            throw death;
        });
        assertThatThrownBy(() -> stopped.run(turn)).isSameAs(death);
        assertThat(stopped.isFinished()).isTrue();
    }
}
