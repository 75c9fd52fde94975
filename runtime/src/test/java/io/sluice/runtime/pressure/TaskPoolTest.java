package io.sluice.runtime.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.pressure.TaskPool.Submitted;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskPoolTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final StepRuntime steps = new StepRuntime();
    private final TaskPool pool = TaskPool.start(steps.handle(), new TaskPoolSettings("pool", 2, 3));
    private final TestWaker waker = new TestWaker();
    private final List<Scripted> jobs = new ArrayList<>();

    @AfterEach
    void end() {
        steps.close();
        assertThat(pool.queued()).isZero();
        assertThat(pool.running()).isZero();
    }

    @Test
    void jobs_runOnAllWorkers_inTheOrderOfTheirSubmission() {
        submitJobs(5);
        assertThat(pool.running()).isEqualTo(2);
        assertThat(pool.queued()).isEqualTo(3);
        assertThat(polled()).containsExactly(true, true, false, false, false);
        jobs.get(1).complete("1");
        steps.run();
        assertThat(polled()).containsExactly(true, true, true, false, false);
        jobs.get(0).complete("0");
        jobs.get(2).complete("2");
        steps.run();
        assertThat(polled()).containsExactly(true, true, true, true, true);
        assertThat(jobs).allMatch(job -> job.cancels == 0);
        assertThat(drained(Duration.ZERO)).isEqualTo(new Drained(3, 0, 2, 0));
    }

    @Test
    void trySubmit_full_saysSoAndLeavesTheJobToTheCaller() {
        submitJobs(5);
        Scripted refused = new Scripted();
        assertThat(pool.trySubmit(refused)).isEqualTo(Submitted.FULL);
        jobs.get(0).complete("0");
        steps.run();
        assertThat(pool.trySubmit(refused)).isEqualTo(Submitted.ACCEPTED);
        assertThat(refused.cancels).isZero();
        assertThat(drained(Duration.ZERO)).isEqualTo(new Drained(1, 0, 2, 3));
    }

    @Test
    void submit_full_waitsForRoom() {
        submitJobs(5);
        Scripted sixth = new Scripted();
        Watched<Void> submit = steps.watch(pool.submit(sixth));
        assertThat(submit.isEnded()).isFalse();
        jobs.get(0).complete("0");
        steps.run();
        assertThat(submit.isEnded()).isTrue();
        assertThat(drained(Duration.ZERO)).isEqualTo(new Drained(1, 0, 2, 3));
        assertThat(sixth.cancels).isEqualTo(1);
    }

    @Test
    void submit_cancelledOrClosedBefore_cancelsItsJob() throws Exception {
        submitJobs(5);
        Scripted givenUp = new Scripted();
        Future<Void> submit = pool.submit(givenUp);
        submit.poll(waker.context());
        submit.cancel();
        submit.cancel();
        assertThat(givenUp.cancels).isEqualTo(1);
        Scripted late = new Scripted();
        JoinHandle<Void> waiting = steps.handle().spawn(pool.submit(late));
        steps.run();
        pool.close();
        assertThatThrownBy(() -> steps.runtime().blockOn(waiting))
                .isInstanceOf(JoinException.class)
                .hasRootCauseInstanceOf(ClosedException.class);
        assertThat(late.cancels).isEqualTo(1);
        assertThat(drained(Duration.ZERO)).isEqualTo(new Drained(0, 0, 2, 3));
    }

    @Test
    void close_stillRunsWhatWasAccepted() {
        submitJobs(5);
        pool.close();
        pool.close();
        assertThat(pool.trySubmit(new Scripted())).isEqualTo(Submitted.CLOSED);
        Watched<Drained> drain = steps.watch(pool.drain(LIMIT));
        jobs.forEach(job -> job.complete("done"));
        steps.run();
        assertThat(drain.value()).isEqualTo(new Drained(5, 0, 0, 0));
        assertThat(drain.value().accepted()).isEqualTo(5);
        assertThat(steps.handle().timeDriver().timers()).isZero();
    }

    @Test
    void drain_limitPassed_cancelsWhatRunsAndWhatWaits() {
        submitJobs(5);
        Watched<Drained> drain = steps.watch(pool.drain(LIMIT));
        jobs.get(0).complete("0");
        steps.advance(Duration.ofMillis(4999));
        assertThat(drain.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(1));
        assertThat(drain.value()).isEqualTo(new Drained(1, 0, 2, 2));
        assertThat(jobs).extracting(job -> job.cancels).containsExactly(0, 1, 1, 1, 1);
        assertThat(drained(LIMIT)).isEqualTo(drain.value());
    }

    @Test
    void drain_cancelled_leavesThePoolClosedAndRunning() throws Exception {
        submitJobs(2);
        Future<Drained> drain = pool.drain(LIMIT);
        drain.poll(waker.context());
        drain.cancel();
        assertThat(pool.trySubmit(new Scripted())).isEqualTo(Submitted.CLOSED);
        assertThat(steps.handle().timeDriver().timers()).isZero();
        jobs.forEach(job -> job.complete("done"));
        steps.run();
        assertThat(drained(LIMIT)).isEqualTo(new Drained(2, 0, 0, 0));
    }

    @Test
    void job_thatFails_isReportedAndCancelled_andItsWorkerGoesOn() {
        submitJobs(3);
        IOException failure = new IOException("broken");
        jobs.get(0).fail(failure);
        steps.run();
        assertThat(steps.uncaught()).containsExactly(failure);
        assertThat(jobs.get(0).cancels).isEqualTo(1);
        assertThat(polled()).containsExactly(true, true, true);
        AssertionError error = new AssertionError("worse");
        pool.trySubmit(cx -> {
            throw error;
        });
        jobs.get(1).complete("1");
        steps.run();
        assertThat(steps.uncaught()).containsExactly(failure, error);
        steps.forgetUncaught();
        assertThat(drained(Duration.ZERO)).isEqualTo(new Drained(1, 2, 1, 0));
    }

    @Test
    void runtime_thatEnds_cancelsEveryJob_alsoLateOnes() {
        submitJobs(5);
        steps.close();
        assertThat(jobs).allMatch(job -> job.cancels == 1);
        assertThat(pool.trySubmit(new Scripted())).isEqualTo(Submitted.CLOSED);
    }

    @Test
    void start_onARuntimeThatHasEnded_isClosed() {
        steps.close();
        TaskPool late = TaskPool.start(steps.handle(), new TaskPoolSettings("late", 1, 1));
        assertThat(late.trySubmit(new Scripted())).isEqualTo(Submitted.CLOSED);
    }

    @Test
    void settings_outOfRange_areRefused() {
        assertThatThrownBy(() -> new TaskPoolSettings("pool", 0, 1)).hasMessage("workers is 0; allowed: at least 1");
        assertThatThrownBy(() -> new TaskPoolSettings("pool", 1, 0))
                .hasMessage("queueCapacity is 0; allowed: at least 1");
        assertThat(pool.settings()).isEqualTo(new TaskPoolSettings("pool", 2, 3));
    }

    @Test
    void jobs_thatAreReadyAtOnce_areAllRun() {
        for (int i = 0; i < 1000; i++) {
            assertThat(steps.watch(pool.submit(cx -> Poll.ready())).isEnded()).isTrue();
        }
        assertThat(drained(LIMIT)).isEqualTo(new Drained(1000, 0, 0, 0));
    }

    private void submitJobs(int count) {
        for (int i = 0; i < count; i++) {
            Scripted job = new Scripted();
            jobs.add(job);
            assertThat(pool.trySubmit(job)).isEqualTo(Submitted.ACCEPTED);
            steps.run();
        }
    }

    private List<Boolean> polled() {
        return jobs.stream().map(job -> job.polls > 0).toList();
    }

    private Drained drained(Duration limit) {
        return steps.watch(pool.drain(limit)).value();
    }
}
