package io.sluice.runtime.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.testkit.TestWaker;
import io.sluice.runtime.time.Interval;
import io.sluice.runtime.time.MissedTick;
import io.sluice.runtime.time.TimeDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelectTest {

    private final TestWaker waker = new TestWaker();
    private final List<String> log = new ArrayList<>();
    private final Branch a = new Branch("a");
    private final Branch b = new Branch("b");

    @Test
    void poll_nothingReady_isPendingAndPolledAll() throws Exception {
        Select<String> select = Select.<String>biased().owned(a, v -> v).owned(b, v -> v);
        assertThat(select.poll(waker.context()).isPending()).isTrue();
        assertThat(log).containsExactly("poll a", "poll b");
    }

    @Test
    void poll_biased_firstReadyInOrderWins() throws Exception {
        a.value = "1";
        b.value = "2";
        Select<String> select = Select.<String>biased().owned(a, v -> "a" + v).owned(b, v -> "b" + v);
        assertThat(select.poll(waker.context()).get()).isEqualTo("a1");
        assertThat(log).containsExactly("poll a", "cancel b");
    }

    @Test
    void poll_losersAreCancelled_beforeTheHandlerRuns() throws Exception {
        b.value = "2";
        Select<String> select = Select.<String>biased().owned(a, v -> v).owned(b, v -> {
            log.add("handler");
            return v;
        });
        select.poll(waker.context());
        assertThat(log).containsExactly("poll a", "poll b", "cancel a", "handler");
    }

    @Test
    void poll_borrowedLoser_isLeftAlone() throws Exception {
        b.value = "2";
        Select<String> select = Select.<String>biased().borrowed(a, v -> v).owned(b, v -> v);
        select.poll(waker.context());
        assertThat(a.cancels).isZero();
    }

    @Test
    void poll_branchThrows_cancelsEveryOwnedOneAndThatOneToo() {
        Branch borrowed = new Branch("c");
        b.failure = new IOException("broken");
        Select<String> select = Select.<String>biased()
                .borrowed(borrowed, v -> v)
                .owned(a, v -> v)
                .owned(b, v -> v);
        assertThatThrownBy(() -> select.poll(waker.context())).isSameAs(b.failure);
        assertThat(List.of(a.cancels, b.cancels, borrowed.cancels)).containsExactly(1, 1, 0);
    }

    @Test
    void poll_handlerThrows_isPassedOn() {
        a.value = "1";
        Select<String> select = Select.<String>biased().owned(a, v -> {
            throw new IOException("handler");
        });
        assertThatThrownBy(() -> select.poll(waker.context())).hasMessage("handler");
        assertThat(a.cancels).isZero();
    }

    @Test
    void cancel_cancelsOwnedOnly_once() throws Exception {
        Select<String> select = Select.<String>biased().owned(a, v -> v).borrowed(b, v -> v);
        select.poll(waker.context());
        select.cancel();
        select.cancel();
        assertThat(a.cancels).isEqualTo(1);
        assertThat(b.cancels).isZero();
    }

    @Test
    void poll_fair_startsAtEveryBranchAboutEquallyOften() throws Exception {
        int[] wins = new int[3];
        for (int i = 0; i < 9000; i++) {
            Select<Integer> select = Select.fair();
            for (int branch = 0; branch < 3; branch++) {
                int winner = branch;
                select.owned(cx -> Poll.ready(winner), v -> v);
            }
            wins[select.poll(waker.context()).get()]++;
        }
        assertThat(wins)
                .satisfies(counts ->
                        Arrays.stream(counts).forEach(count -> assertThat(count).isBetween(2700, 3300)));
    }

    @Test
    void poll_fairWithASeed_isRepeatable() throws Exception {
        assertThat(winnersWithSeed(42)).isEqualTo(winnersWithSeed(42)).contains(0, 1, 2, 3);
    }

    @Test
    void poll_fairFromTheMiddle_goesRound() throws Exception {
        Select<String> select = Select.<String>fair(7).owned(a, v -> v).owned(b, v -> v);
        for (int i = 0; i < 20; i++) {
            select.poll(waker.context());
        }
        assertThat(log).hasSize(40).contains("poll a", "poll b");
    }

    @Test
    void poll_withoutBranches_isABug() {
        assertThatThrownBy(() -> Select.biased().poll(waker.context())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void poll_withoutBudget_pollsNoBranch() throws Exception {
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            cx.madeProgress();
        }
        a.value = "1";
        assertThat(Select.<String>biased().owned(a, v -> v).poll(cx).isPending())
                .isTrue();
        assertThat(log).isEmpty();
        assertThat(waker.isWoken()).isTrue();
    }

    @Test
    void precondition_false_isNotPolledButCancelled() throws Exception {
        a.value = "1";
        b.value = "2";
        Select<String> select = Select.<String>biased().owned(false, a, v -> v).owned(true, b, v -> v);
        assertThat(select.poll(waker.context()).get()).isEqualTo("2");
        assertThat(log).containsExactly("poll b", "cancel a");
    }

    @Test
    void precondition_falseOfBorrowed_isLeftAlone() throws Exception {
        a.value = "1";
        Select<String> select = Select.<String>biased()
                .borrowed(false, a, v -> v)
                .when(false, cx -> true, () -> "when")
                .orElse(() -> "else");
        assertThat(select.poll(waker.context()).get()).isEqualTo("else");
        assertThat(log).isEmpty();
    }

    @Test
    void pattern_miss_disablesTheBranchForThisSelect() throws Exception {
        a.value = "no";
        Select<String> select =
                Select.<String>biased().owned(a, "yes"::equals, v -> v).owned(b, "yes"::equals, v -> "b");
        assertThat(select.poll(waker.context()).isPending()).isTrue();
        assertThat(select.poll(waker.context()).isPending()).isTrue();
        b.value = "yes";
        assertThat(select.poll(waker.context()).get()).isEqualTo("b");
        assertThat(log).containsExactly("poll a", "poll b", "poll b", "poll b");
    }

    @Test
    void pattern_missOfAll_isElse_orABug() throws Exception {
        a.value = "no";
        Select<String> with =
                Select.<String>fair().owned(a, "yes"::equals, v -> v).orElse(() -> "else");
        assertThat(with.poll(waker.context()).get()).isEqualTo("else");
        Select<String> without = Select.<String>fair().borrowed(a, "yes"::equals, v -> v);
        assertThatThrownBy(() -> without.poll(waker.context())).isInstanceOf(IllegalStateException.class);
        assertThat(a.cancels).isZero();
    }

    @Test
    void pattern_miss_closesTheResult() throws Exception {
        Semaphore permits = new Semaphore(1);
        Select<String> select = Select.<String>biased()
                .owned(permits.acquire(), permit -> permit.count() == 2, permit -> "two")
                .owned(b, v -> v);
        assertThat(select.poll(waker.context()).isPending()).isTrue();
        assertThat(permits.availablePermits()).isEqualTo(1);
    }

    @Test
    void pattern_throws_cancelsTheOthers() {
        a.value = "1";
        Select<String> select = Select.<String>biased()
                .owned(
                        a,
                        v -> {
                            throw new IllegalArgumentException("pattern");
                        },
                        v -> v)
                .owned(b, v -> v);
        assertThatThrownBy(() -> select.poll(waker.context())).hasMessage("pattern");
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(0, 1);
    }

    @Test
    void cancel_oneThrows_cancelsTheOthersAllTheSame() {
        Future<String> bad = new Future<>() {
            @Override
            public Poll<String> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void cancel() {
                throw new IllegalStateException("bad cancel");
            }
        };
        Select<String> select = Select.<String>biased().owned(bad, v -> v).owned(b, v -> v);
        assertThatThrownBy(select::cancel).hasMessage("bad cancel");
        assertThat(b.cancels).isEqualTo(1);
    }

    @Test
    void when_branchesOfPrimitives_keepTheirStateWhenTheyLose() throws Exception {
        ManualClock clock = new ManualClock();
        TimeDriver driver = new TimeDriver(clock);
        Interval interval = driver.interval(Duration.ofMillis(10), MissedTick.BURST);
        interval.pollTick(waker.context());
        Mpsc.Channel<String> channel = Mpsc.bounded(4);

        channel.sender().trySend("x");
        assertThat(tickOrItem(interval, channel.receiver())).isEqualTo("x");
        assertThat(driver.timers()).isEqualTo(1);
        clock.advance(Duration.ofMillis(10));
        driver.advance();
        assertThat(tickOrItem(interval, channel.receiver())).isEqualTo("tick");
        interval.cancel();
        assertThat(driver.timers()).isZero();
    }

    private String tickOrItem(Interval interval, Mpsc.Receiver<String> receiver) throws Exception {
        return Select.<String>biased()
                .when(interval::pollTick, () -> "tick")
                .owned(receiver.recv(), v -> v)
                .poll(waker.context())
                .get();
    }

    private static List<Integer> winnersWithSeed(long seed) throws Exception {
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Select<Integer> select = Select.fair(seed + i);
            for (int branch = 0; branch < 4; branch++) {
                int winner = branch;
                select.owned(cx -> Poll.ready(winner), v -> v);
            }
            winners.add(select.poll(new TestWaker().context()).get());
        }
        return winners;
    }

    private final class Branch implements Future<String> {

        private final String name;

        @Nullable
        String value;

        @Nullable
        Exception failure;

        int cancels;

        Branch(String name) {
            this.name = name;
        }

        @Override
        public Poll<String> poll(Context cx) throws Exception {
            log.add("poll " + name);
            if (failure != null) {
                throw failure;
            }
            return value == null ? Poll.pending() : Poll.ready(value);
        }

        @Override
        public void cancel() {
            cancels++;
            log.add("cancel " + name);
        }
    }
}
