package io.sluice.runtime.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.pressure.GuardedDownstream.Outcome;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Admission, gate and downstream timeout together: whatever is offered is done, refused or timed out. */
class GuardedDownstreamTest {

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration TIMEOUT = Duration.ofMillis(20);

    private final StepRuntime steps = new StepRuntime();
    private final RateLimiter admission = new RateLimiter(steps.handle(), 1000, 50);
    private final ConcurrencyGate gate = new ConcurrencyGate(new GateLimits(8, 10));
    private final GuardedDownstream guarded = new GuardedDownstream(steps.handle(), admission, gate, TIMEOUT);
    private final Downstream downstream = new Downstream();

    @AfterEach
    void end() {
        assertThat(gate.running()).isZero();
        assertThat(gate.waiting()).isZero();
        assertThat(steps.handle().timeDriver().timers()).isZero();
        steps.close();
    }

    @Test
    void offered_isDoneRefusedOrTimedOut_andNothingElse() {
        Random random = new Random(42);
        List<Watched<Outcome>> offered = new ArrayList<>();
        for (int milli = 0; milli < 500; milli++) {
            int burst = milli % 100 == 0 ? 80 : random.nextInt(3);
            for (int i = 0; i < burst; i++) {
                Duration latency = Duration.ofMillis(1 + random.nextInt(25));
                offered.add(steps.watch(guarded.call(() -> downstream.call(steps.handle(), latency))));
            }
            steps.advance(MILLI);
            assertThat(downstream.running).isLessThanOrEqualTo(8);
        }
        steps.advance(Duration.ofMillis(200), MILLI);

        Map<Outcome, Integer> outcomes = count(offered);
        int refusedByLimit = offered.size() - downstream.begun - (int) gate.refused();
        assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(offered.size());
        assertThat(outcomes.get(Outcome.DONE)).isEqualTo(downstream.done).isPositive();
        assertThat(outcomes.get(Outcome.TIMED_OUT))
                .isEqualTo(downstream.begun - downstream.done)
                .isPositive();
        assertThat(outcomes.get(Outcome.REFUSED)).isEqualTo(refusedByLimit + (int) gate.refused());
        assertThat(refusedByLimit).isPositive();
        assertThat(gate.refused()).isPositive();
        assertThat(downstream.running).isZero();
    }

    @Test
    void downstream_thatHangs_isCutOffAndItsPlacesComeBack() {
        List<Watched<Outcome>> offered = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            offered.add(steps.watch(guarded.call(() -> downstream.call(steps.handle(), Duration.ofDays(1)))));
        }
        assertThat(count(offered)).containsOnly(Map.entry(Outcome.REFUSED, 2));
        steps.advance(TIMEOUT);
        assertThat(count(offered)).containsOnly(Map.entry(Outcome.REFUSED, 2), Map.entry(Outcome.TIMED_OUT, 8));
        steps.advance(TIMEOUT);
        steps.advance(TIMEOUT);
        assertThat(count(offered)).containsOnly(Map.entry(Outcome.REFUSED, 2), Map.entry(Outcome.TIMED_OUT, 18));
        Watched<Outcome> next = steps.watch(guarded.call(() -> downstream.call(steps.handle(), MILLI)));
        steps.advance(MILLI);
        assertThat(next.value()).isEqualTo(Outcome.DONE);
    }

    private static Map<Outcome, Integer> count(List<Watched<Outcome>> offered) {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (Watched<Outcome> one : offered) {
            if (one.isEnded()) {
                outcomes.merge(one.value(), 1, Integer::sum);
            }
        }
        return outcomes;
    }

    /** Takes its time, and counts. Test's thread only. */
    private static final class Downstream {

        int begun;
        int running;
        int done;

        Future<Void> call(Handle handle, Duration latency) {
            begun++;
            running++;
            Future<Void> sleep = handle.sleep(latency);
            return new Future<>() {
                private boolean ended;

                @Override
                public Poll<Void> poll(Context cx) throws Exception {
                    Poll<Void> polled = sleep.poll(cx);
                    if (polled.isReady()) {
                        done++;
                        end();
                    }
                    return polled;
                }

                @Override
                public void cancel() {
                    sleep.cancel();
                    end();
                }

                private void end() {
                    running -= ended ? 0 : 1;
                    ended = true;
                }
            };
        }
    }
}
