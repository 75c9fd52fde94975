package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.StepRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class IntervalLoopTest {

    private static final Duration PERIOD = Duration.ofSeconds(60);

    private final StepRuntime stepped = new StepRuntime();
    private final AtomicInteger collections = new AtomicInteger();
    private final Semaphore mayFinish = new Semaphore(0);
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        mayFinish.release(100);
        stepped.close();
    }

    @Test
    void firstCollection_isOnePeriodAfterTheStart() {
        mayFinish.release(100);
        spawn();

        stepped.advance(PERIOD.minusMillis(10));
        assertThat(collections).hasValue(0);
        stepped.advance(Duration.ofMillis(10));
        stepped.runUntil(() -> collections.get() == 1);
        stepped.advance(PERIOD);
        stepped.runUntil(() -> collections.get() == 2);
    }

    @Test
    void slowCollection_delaysTheNext() {
        spawn();
        stepped.advance(PERIOD);
        stepped.runUntil(() -> collections.get() == 1);

        stepped.advance(PERIOD.multipliedBy(3));
        assertThat(collections).hasValue(1);
        mayFinish.release();
        stepped.runUntil(() -> collections.get() == 2);

        mayFinish.release();
        stepped.advance(PERIOD.minusMillis(10));
        assertThat(collections).hasValue(2);
    }

    @Test
    void failedCollection_isTold_andTheLoopGoesOn() {
        RuntimeException failure = new IllegalStateException("callback of the application");
        stepped.handle()
                .spawn(new IntervalLoop(
                        stepped.handle(),
                        PERIOD,
                        () -> {
                            collections.incrementAndGet();
                            throw failure;
                        },
                        failures::add))
                .detach();

        stepped.advance(PERIOD);
        stepped.runUntil(() -> failures.size() == 1);
        stepped.advance(PERIOD);
        stepped.runUntil(() -> collections.get() == 2 && failures.size() == 2);

        assertThat(failures).containsOnly(failure);
    }

    @Test
    void abort_leavesNoTimerBehind() {
        JoinHandle<Void> loop = spawn();
        stepped.run();
        assertThat(stepped.runtime().metrics().timers()).isEqualTo(1);

        loop.abort();
        stepped.runUntil(loop::isFinished);

        assertThat(stepped.runtime().metrics().timers()).isZero();
    }

    private JoinHandle<Void> spawn() {
        return stepped.handle()
                .spawn(new IntervalLoop(
                        stepped.handle(),
                        PERIOD,
                        () -> {
                            collections.incrementAndGet();
                            mayFinish.acquire();
                            return null;
                        },
                        failures::add));
    }
}
