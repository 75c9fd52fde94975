package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A loop whose surroundings find no memory, at each of the places where they are called, once and for a while. */
class WantOfMemoryTest {

    private static final int ITEMS = 70;

    /** Calls from the loop to its surroundings, in a run without a failure; more in one with failures. */
    private static final int CALLS = 160;

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final StepRuntime steps = new StepRuntime();
    private final Account account = new Account();
    private final Semaphore permits = new Semaphore(1);
    private final Surroundings surroundings = new Surroundings();

    static IntStream calls() {
        return IntStream.range(0, CALLS).filter(call -> call < 60 || call % 3 == 0);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void failureOfOneCall_endsNothing_andEachItemIsCountedOnce(int failing) {
        surroundings.fail(failing, failing + 1);

        assertBalanced(live());
        steps.close();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void failureOfManyCalls_endsNothing_andEachItemIsCountedOnce(int failing) {
        surroundings.fail(failing, failing + 12);

        assertBalanced(live());
        steps.close();
    }

    @Test
    void noFailure_losesNothing_andHasSoManyCalls() {
        live();

        assertThat(surroundings.delivered).hasSize(ITEMS).isSorted();
        assertThat(surroundings.calls).isBetween(CALLS / 2, CALLS);
        steps.close();
    }

    /** Items come, a flush and a drain; gives what is left of the two. */
    private List<Watched<?>> live() {
        BatchLoop<Integer> loop = new BatchLoop<>(
                new BatchSettings(100, 10, 20, 300, SECOND, Overflow.DROP_NEWEST, Duration.ofSeconds(10)),
                item -> 1,
                account,
                surroundings::permit,
                surroundings,
                surroundings,
                steps.handle().timeDriver());
        steps.handle().spawn(loop).detach();
        IntStream.range(0, ITEMS / 2).forEach(loop.inlet()::offer);
        steps.run();
        Watched<Boolean> flushed = steps.watch(loop.flush());
        steps.advance(SECOND, Duration.ofMillis(50));
        IntStream.range(ITEMS / 2, ITEMS).forEach(loop.inlet()::offer);
        steps.advance(SECOND.multipliedBy(2), Duration.ofMillis(50));
        loop.inlet().close();
        Watched<DrainReport> drained = steps.watch(loop.drain(Duration.ofSeconds(10)));
        steps.advance(SECOND.multipliedBy(2), Duration.ofMillis(50));
        return List.of(flushed, drained);
    }

    private void assertBalanced(List<Watched<?>> asked) {
        AccountSnapshot last = account.snapshot();
        assertThat(asked).allMatch(Watched::isEnded);
        assertThat(last.accepted()).isEqualTo(ITEMS);
        assertThat(last.pending()).as(last.toString()).isZero();
        assertThat(surroundings.delivered).doesNotHaveDuplicates().hasSize((int) last.delivered());
        long dropped =
                last.dropped().values().stream().mapToLong(items -> items).sum();
        assertThat(last.delivered() + dropped).isEqualTo(ITEMS);
        assertThat(dropped).as(last.toString()).isLessThanOrEqualTo(20);
        assertThat(permits.availablePermits()).isEqualTo(1);
        assertThat(steps.handle().timeDriver().timers()).isZero();
        assertThat(steps.uncaught()).isEmpty();
    }

    /** All that the loop calls; some of the calls fail before they have done anything. */
    private final class Surroundings implements BatchSink<Integer>, Lineup<Integer> {

        private final Deque<Integer> lined = new ArrayDeque<>();
        private final List<Integer> adding = new ArrayList<>();
        private final List<Integer> delivered = new ArrayList<>();
        private int calls;
        private int failFrom = Integer.MAX_VALUE;
        private int failTo;

        void fail(int from, int to) {
            failFrom = from;
            failTo = to;
        }

        private void called() {
            int call = calls++;
            if (call >= failFrom && call < failTo) {
                throw new OutOfMemoryError("call " + call);
            }
        }

        Future<Permit> permit() {
            called();
            Future<Permit> acquire = permits.acquire(1);
            return new Future<>() {

                @Override
                public Poll<Permit> poll(Context cx) throws Exception {
                    called();
                    return acquire.poll(cx);
                }

                @Override
                public void cancel() {
                    acquire.cancel();
                }
            };
        }

        @Override
        public int add(Integer item, int maxBytes) {
            called();
            if (maxBytes >= 10) {
                adding.add(item);
            }
            return 10;
        }

        @Override
        public void accept(Settlement settlement, Permit permit) {
            List<Integer> batch = List.copyOf(adding);
            adding.clear(); // also if this fails: an encoder forgets what it could not finish
            called();
            delivered.addAll(batch);
            permit.close();
            settlement.delivered();
        }

        @Override
        public void leftOut(Integer item, DropReason reason, @Nullable Throwable cause) {
            called();
        }

        @Override
        public void draining(long deadlineNanos) {
            called();
        }

        @Override
        public void abort(DropReason reason) {}

        @Override
        public void add(Integer item) {
            called();
            lined.add(item);
        }

        @Override
        public @Nullable Integer peek() {
            return lined.peek();
        }

        @Override
        public void remove() {
            lined.remove();
        }

        @Override
        public int size() {
            return lined.size();
        }

        @Override
        public int lookAhead() {
            return 0;
        }
    }
}
