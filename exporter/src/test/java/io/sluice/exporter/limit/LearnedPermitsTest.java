package io.sluice.exporter.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LearnedPermitsTest {

    private final StepRuntime steps = new StepRuntime();
    private final ManualClock clock = new ManualClock();
    private final LearnedPermits permits = new LearnedPermits(8, clock);
    private final List<Permit> held = new ArrayList<>();

    @AfterEach
    void allComesBack() {
        held.forEach(permits::release);
        assertThat(permits.available()).isEqualTo(8);
        steps.close();
    }

    private int takeAll() throws Exception {
        int taken = 0;
        while (true) {
            Future<Permit> next = permits.acquire();
            Poll<Permit> polled = next.poll(new TestWaker().context());
            if (polled.isPending()) {
                next.cancel();
                return taken;
            }
            held.add(polled.get());
            taken++;
        }
    }

    private void giveBack(int count) {
        for (int i = 0; i < count; i++) {
            permits.release(held.remove(held.size() - 1));
        }
    }

    private void timeOut() {
        clock.advance(Duration.ofSeconds(1));
        permits.timedOut(clock.nanoTime());
    }

    @Test
    void timedOut_halves_downToOne() throws Exception {
        timeOut();
        assertThat(permits.atOnce()).isEqualTo(4);
        timeOut();
        assertThat(permits.atOnce()).isEqualTo(2);
        timeOut();
        timeOut();
        assertThat(permits.atOnce()).isEqualTo(1);

        assertThat(takeAll()).isEqualTo(1);
    }

    @Test
    void timedOut_ofAttemptsThatRanAtOnce_countsOnce() throws Exception {
        assertThat(takeAll()).isEqualTo(8);
        long begunNanos = clock.nanoTime();
        clock.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 8; i++) {
            permits.timedOut(begunNanos);
        }

        assertThat(permits.atOnce()).isEqualTo(4);
    }

    @Test
    void permitsInUse_areKeptWhenTheyComeBack_untilItIsPaid() throws Exception {
        assertThat(takeAll()).isEqualTo(8);
        timeOut();
        giveBack(4);
        assertThat(takeAll()).isZero();
        giveBack(1);
        assertThat(takeAll()).isEqualTo(1);
        assertThat(permits.available()).as("nobody holds them").isEqualTo(4);
    }

    @Test
    void permitsInUse_goToNobodyWhoWaits_untilItIsPaid() throws Exception {
        assertThat(takeAll()).isEqualTo(8);
        Watched<Permit> waiting = steps.watch(permits.acquire());
        timeOut();
        giveBack(4);
        steps.run();
        assertThat(waiting.isEnded()).isFalse();
        giveBack(1);
        steps.run();

        held.add(waiting.value());
    }

    @Test
    void reclaim_takesWhatIsOwed_andNoMore() throws Exception {
        assertThat(takeAll()).isEqualTo(8);
        assertThat(permits.reclaim(held.get(0))).isFalse();
        timeOut();
        for (int i = 0; i < 4; i++) {
            assertThat(permits.reclaim(held.remove(0))).isTrue();
        }
        assertThat(permits.reclaim(held.get(0))).isFalse();
    }

    @Test
    void answered_growsByOneARound_upToAll() throws Exception {
        timeOut();
        timeOut();
        timeOut();
        for (int atOnce = 1; atOnce < 8; atOnce++) {
            for (int answer = 0; answer < atOnce; answer++) {
                assertThat(permits.atOnce()).isEqualTo(atOnce);
                permits.answered();
            }
        }
        for (int i = 0; i < 50; i++) {
            permits.answered();
        }

        assertThat(permits.atOnce()).isEqualTo(8);
        assertThat(takeAll()).isEqualTo(8);
    }

    @Test
    void answered_forgivesWhatIsStillOwed() throws Exception {
        assertThat(takeAll()).isEqualTo(8);
        timeOut();
        for (int i = 0; i < 4; i++) {
            permits.answered();
        }
        assertThat(permits.atOnce()).isEqualTo(5);
        giveBack(4);

        assertThat(takeAll()).isEqualTo(1);
    }

    @Test
    void onePermit_staysOne() throws Exception {
        LearnedPermits one = new LearnedPermits(1, clock);
        one.timedOut(clock.nanoTime());
        one.answered();

        assertThat(one.atOnce()).isEqualTo(1);
        assertThat(one.available()).isEqualTo(1);
    }
}
