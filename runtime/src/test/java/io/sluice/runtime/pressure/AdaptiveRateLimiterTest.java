package io.sluice.runtime.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.pressure.PressureSteps.Step;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdaptiveRateLimiterTest {

    private final StepRuntime steps = new StepRuntime();
    private final AtomicInteger pressure = new AtomicInteger();

    @AfterEach
    void end() {
        assertThat(steps.handle().timeDriver().timers()).isZero();
        steps.close();
    }

    @Test
    void rate_isFullUpTo500_halfAbove500_aQuarterAbove800() {
        AdaptiveRateLimiter limiter = reported();
        assertThat(limiter.rate()).isEqualTo(100);
        int[] pressures = {0, 500, 501, 800, 801, 1000, Integer.MAX_VALUE, 600, -5};
        double[] rates = {100, 100, 50, 50, 25, 25, 25, 50, 100};
        for (int i = 0; i < pressures.length; i++) {
            limiter.report(pressures[i]);
            assertThat(limiter.rate()).as("at pressure %s", pressures[i]).isEqualTo(rates[i]);
            assertThat(limiter.pressure()).isEqualTo(pressures[i]);
        }
    }

    @Test
    void report_countsForThoseWhoWait() {
        AdaptiveRateLimiter limiter = reported();
        assertThat(limiter.tryAcquire(10)).isTrue();
        limiter.report(900);
        Watched<Void> ten = steps.watch(limiter.acquire(10));
        steps.advance(Duration.ofMillis(200));
        assertThat(ten.isEnded()).isFalse();
        assertThat(limiter.waiting()).isEqualTo(1);
        limiter.report(0);
        steps.advance(Duration.ofMillis(49));
        assertThat(ten.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(1));
        assertThat(ten.isEnded()).isTrue();
    }

    @Test
    void reading_isAskedBeforeEachDecision() {
        AdaptiveRateLimiter limiter = AdaptiveRateLimiter.builder(steps.handle(), 100, 10)
                .reading(pressure::get)
                .build();
        pressure.set(501);
        assertThat(limiter.tryAcquire(10)).isTrue();
        assertThat(limiter.rate()).isEqualTo(50);
        pressure.set(801);
        assertThat(steps.watch(limiter.acquire(1)).isEnded()).isFalse();
        assertThat(limiter.rate()).isEqualTo(25);
        assertThatThrownBy(() -> limiter.report(0)).isInstanceOf(IllegalStateException.class);
        steps.advance(Duration.ofMillis(40));
        assertThat(limiter.waiting()).isZero();
    }

    @Test
    void reading_isAskedWhileSomebodyWaits() {
        pressure.set(1000);
        AdaptiveRateLimiter limiter = AdaptiveRateLimiter.builder(steps.handle(), 1, 10)
                .reading(pressure::get)
                .readEvery(Duration.ofMillis(50))
                .build();
        assertThat(limiter.tryAcquire(10)).isTrue();
        Watched<Void> one = steps.watch(limiter.acquire(1));
        steps.advance(Duration.ofMillis(400), Duration.ofMillis(10));
        pressure.set(0);
        steps.advance(Duration.ofMillis(50), Duration.ofMillis(10));
        assertThat(limiter.rate()).isEqualTo(1);
        steps.advance(Duration.ofMillis(880), Duration.ofMillis(10));
        assertThat(one.isEnded()).isFalse();
        steps.advance(Duration.ofMillis(10));
        assertThat(one.isEnded()).isTrue();
    }

    @Test
    void steps_areSettable() {
        AdaptiveRateLimiter limiter = AdaptiveRateLimiter.builder(steps.handle(), 100, 10)
                .steps(new PressureSteps(new Step(10, 0.9), new Step(20, 0.1)))
                .build();
        limiter.report(10);
        assertThat(limiter.rate()).isEqualTo(100);
        limiter.report(11);
        assertThat(limiter.rate()).isEqualTo(90);
        limiter.report(21);
        assertThat(limiter.rate()).isEqualTo(10);
    }

    @Test
    void settings_outOfRange_areRefusedByName() {
        assertThatThrownBy(() -> new Step(-1, 0.5)).hasMessage("above is -1; allowed: at least 0");
        for (double factor : new double[] {0, -0.5, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> new Step(1, factor))
                    .hasMessage("factor is " + factor + "; allowed: more than 0, at most 1");
        }
        assertThatThrownBy(() -> new PressureSteps(new Step(500, 0.5), new Step(500, 0.25)))
                .hasMessage("severe.above is 500; allowed: more than raised.above, which is 500");
        assertThatThrownBy(() -> new PressureSteps(new Step(500, 0.5), new Step(800, 0.6)))
                .hasMessage("severe.factor is 0.6; allowed: at most raised.factor, which is 0.5");
        assertThatThrownBy(() -> AdaptiveRateLimiter.builder(steps.handle(), 0, 1))
                .hasMessage("permitsPerSecond is 0.0; allowed: more than 0 and finite");
        assertThatThrownBy(() -> AdaptiveRateLimiter.builder(steps.handle(), 1, 0))
                .hasMessage("burst is 0; allowed: at least 1");
        assertThatThrownBy(
                        () -> AdaptiveRateLimiter.builder(steps.handle(), 1, 1).readEvery(Duration.ZERO))
                .hasMessage("readEvery is PT0S; allowed: 1 ms to 1 h");
    }

    private AdaptiveRateLimiter reported() {
        return AdaptiveRateLimiter.builder(steps.handle(), 100, 10).build();
    }
}
