package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanActivityTest {

    private static final long QUIET = 250;

    private final AtomicLong now = new AtomicLong(1_000);
    private final Queue<Runnable> whileParked = new ArrayDeque<>();
    private final SpanActivity activity = new SpanActivity(now::get, nanos -> {
        Runnable step = whileParked.poll();
        if (step != null) {
            step.run();
        }
        now.addAndGet(Math.max(1, Math.min(nanos, 100)));
    });

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void quiet_isCountedFromTheCall() {
        assertThat(activity.awaitQuiet(QUIET, 10_000)).isTrue();
        assertThat(now).hasValueBetween(1_000 + QUIET, 1_000 + QUIET + 100);
    }

    @Test
    void quiet_waitsForOpenSpan_andStartsAnewWhenItEnds() {
        activity.spanStarted();
        for (int i = 0; i < 10; i++) {
            whileParked.add(() -> {});
        }
        whileParked.add(activity::spanEnded);

        assertThat(activity.awaitQuiet(QUIET, 100_000)).isTrue();
        assertThat(now).hasValueGreaterThanOrEqualTo(1_000 + 1_000 + QUIET);
        assertThat(activity.open()).isZero();
    }

    @Test
    void quiet_startsAnew_withEachSpan() {
        for (int i = 0; i < 5; i++) {
            whileParked.add(() -> {
                activity.spanStarted();
                activity.spanEnded();
            });
            whileParked.add(() -> {});
        }

        assertThat(activity.awaitQuiet(QUIET, 100_000)).isTrue();
        assertThat(now).hasValueGreaterThanOrEqualTo(1_000 + 900 + QUIET);
    }

    @Test
    void wait_endsAtDeadline_whenSpanNeverEnds() {
        activity.spanStarted();

        assertThat(activity.awaitQuiet(QUIET, 5_000)).isFalse();
        assertThat(now).hasValueBetween(5_000L, 5_100L);
    }

    @Test
    void wait_endsWhenInterrupted_andFlagStaysSet() {
        activity.spanStarted();
        Thread.currentThread().interrupt();

        assertThat(activity.awaitQuiet(QUIET, 5_000)).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
}
