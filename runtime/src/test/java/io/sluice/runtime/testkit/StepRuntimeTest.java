package io.sluice.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StepRuntimeTest {

    @Test
    void tasks_runOnlyInsideAStep() {
        try (StepRuntime steps = new StepRuntime()) {
            AtomicInteger polls = new AtomicInteger();
            steps.handle()
                    .spawn(cx -> {
                        polls.incrementAndGet();
                        return Poll.ready();
                    })
                    .detach();
            assertThat(polls).hasValue(0);

            steps.run();

            assertThat(polls).hasValue(1);
        }
    }

    @Test
    void advance_endsSleepsThatAreDue_andNoOthers() {
        try (StepRuntime steps = new StepRuntime()) {
            StepRuntime.Watched<Void> sleep = steps.watch(steps.handle().sleep(Duration.ofSeconds(1)));

            steps.advance(Duration.ofMillis(999));
            assertThat(sleep.isEnded()).isFalse();
            assertThatThrownBy(sleep::value).isInstanceOf(AssertionError.class);
            steps.advance(Duration.ofMillis(1));

            assertThat(sleep.isEnded()).isTrue();
        }
    }

    @Test
    void runUntil_fails_ifTheConditionNeverHolds() {
        try (StepRuntime steps = new StepRuntime()) {
            steps.runUntil(() -> true);
            assertThatThrownBy(() -> steps.runUntil(() -> false)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void close_failsIfATaskFailed() {
        StepRuntime steps = new StepRuntime();
        steps.handle()
                .spawn(cx -> {
                    throw new IllegalStateException("boom");
                })
                .detach();
        steps.run();

        assertThat(steps.uncaught()).hasSize(1);
        assertThatThrownBy(steps::close).hasRootCauseMessage("boom");
    }
}
