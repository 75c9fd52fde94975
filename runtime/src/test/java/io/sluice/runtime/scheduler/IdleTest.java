package io.sluice.runtime.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class IdleTest {

    private static final IntPredicate NONE = worker -> false;

    private final Idle idle = new Idle(4);

    @Test
    void notify_allAwake_wakesNobody() {
        assertThat(idle.workerToNotify(NONE)).isEqualTo(Idle.NOBODY);
    }

    @Test
    void notify_wakesWhoFellAsleepLast_once() {
        idle.transitionToParked(0, false);
        idle.transitionToParked(1, false);
        assertThat(idle.workerToNotify(NONE)).isEqualTo(1);
        assertThat(idle.isParked(1)).isFalse();
        assertThat(idle.workerToNotify(NONE)).as("the woken one searches").isEqualTo(Idle.NOBODY);
        assertThat(idle.transitionFromSearching()).isTrue();
        assertThat(idle.workerToNotify(NONE)).isEqualTo(0);
    }

    @Test
    void notify_prefersWhoIsNotInTheDriver() {
        idle.transitionToParked(0, false);
        idle.transitionToParked(1, false);
        assertThat(idle.workerToNotify(worker -> worker == 1)).isEqualTo(0);
    }

    @Test
    void notify_onlyTheDriverSleeps_wakesIt() {
        idle.transitionToParked(2, false);
        assertThat(idle.workerToNotify(worker -> worker == 2)).isEqualTo(2);
    }

    @Test
    void notify_whileSomebodySearches_wakesNobody() {
        idle.transitionToParked(0, false);
        assertThat(idle.transitionToSearching()).isTrue();
        assertThat(idle.workerToNotify(NONE)).isEqualTo(Idle.NOBODY);
    }

    @Test
    void searching_isForHalfOfThemAtMost() {
        assertThat(idle.transitionToSearching()).isTrue();
        assertThat(idle.transitionToSearching()).isTrue();
        assertThat(idle.transitionToSearching()).isFalse();
        assertThat(idle.transitionFromSearching()).isFalse();
        assertThat(idle.transitionFromSearching()).isTrue();
    }

    @Test
    void park_lastSearcher_looksOnceMore() {
        idle.transitionToSearching();
        idle.transitionToSearching();
        assertThat(idle.transitionToParked(0, true)).isFalse();
        assertThat(idle.transitionToParked(1, true)).isTrue();
        assertThat(idle.transitionToParked(2, false)).isFalse();
    }

    @Test
    void unparkById_removesOnce() {
        idle.transitionToParked(0, false);
        idle.transitionToParked(1, false);
        assertThat(idle.unparkById(0)).isTrue();
        assertThat(idle.unparkById(0)).isFalse();
        assertThat(idle.isParked(1)).isTrue();
        assertThat(idle.workerToNotify(NONE)).isEqualTo(1);
    }
}
