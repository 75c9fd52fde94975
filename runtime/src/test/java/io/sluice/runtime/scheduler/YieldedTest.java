package io.sluice.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Waker;
import io.sluice.runtime.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class YieldedTest {

    private final List<String> reported = new ArrayList<>();
    private final SchedulerSettings settings = new SchedulerSettings(
            1,
            61,
            SchedulerSettings.SELF_TUNED,
            1,
            new ManualClock(),
            false,
            false,
            Hooks.NONE,
            Parking.SYSTEM,
            Thread::new,
            (name, failure) -> reported.add(failure.getMessage()));
    private final Yielded yielded = new Yielded();
    private final List<Integer> woken = new ArrayList<>();

    @Test
    void wakeAll_keepsTheOrder_andEmpties() {
        for (int i = 0; i < 100; i++) {
            int number = i;
            yielded.accept(() -> woken.add(number));
        }
        yielded.wakeAll(settings);
        assertThat(woken).hasSize(100).isSorted();
        assertThat(yielded.isEmpty()).isTrue();
        yielded.wakeAll(settings);
        assertThat(woken).hasSize(100);
    }

    @Test
    void accept_theSameTwice_isKeptOnce() {
        Waker waker = () -> woken.add(0);
        yielded.accept(waker);
        yielded.accept(waker);
        yielded.wakeAll(settings);
        assertThat(woken).hasSize(1);
    }

    @Test
    void wakeAll_oneThrows_wakesTheOthersAndReports() {
        yielded.accept(() -> woken.add(1));
        yielded.accept(() -> {
            throw new IllegalStateException("a waker must not throw");
        });
        yielded.accept(() -> woken.add(2));
        yielded.wakeAll(settings);
        assertThat(woken).containsExactly(1, 2);
        assertThat(reported).containsExactly("a waker must not throw");
    }

    @Test
    void accept_whileWaking_waitsForTheNextTime() {
        yielded.accept(() -> yielded.accept(() -> woken.add(1)));
        yielded.wakeAll(settings);
        assertThat(woken).isEmpty();
        yielded.wakeAll(settings);
        assertThat(woken).containsExactly(1);
    }
}
