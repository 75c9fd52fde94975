package io.sluice.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    @Test
    void advance_movesByExactlyThatMuchAndTellsListenersAfterwards() {
        ManualClock clock = new ManualClock(100);
        List<Long> seen = new ArrayList<>();
        clock.onMoved(() -> seen.add(clock.nanoTime()));

        clock.advance(Duration.ofNanos(5));
        clock.advanceNanos(-3);

        assertThat(clock.nanoTime()).isEqualTo(102);
        assertThat(seen).containsExactly(105L, 102L);
    }
}
