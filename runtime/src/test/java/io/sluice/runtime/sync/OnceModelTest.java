package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Barrier.Role;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import io.sluice.runtime.sync.OnceCell.SetResult;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Explores barrier, once cell and set-once: one leader, one value, and hand-overs that nobody sleeps over. */
class OnceModelTest {

    @Test
    void setOnceOperations_interleaved_lookLikeAValueSetOnce() {
        ModelChecks.threeThreads().sequentialSpecification(FirstValue.class).check(Setting.class);
    }

    @Param(name = "value", gen = IntGen.class, conf = "1:3")
    public static final class Setting {

        private final SetOnce<Integer> cell = new SetOnce<>();

        @Operation
        public boolean set(@Param(name = "value") int value) {
            return cell.set(value);
        }

        @Operation
        public @Nullable Integer get() {
            return cell.get();
        }

        /** The value, or null if a task would wait now. */
        @Operation
        public @Nullable Integer poll() throws Exception {
            Future<Integer> await = cell.await();
            Poll<Integer> polled = await.poll(new Sleeper().context());
            await.cancel();
            return polled.isReady() ? polled.get() : null;
        }
    }

    /** What stays is what came first. */
    public static final class FirstValue {

        private @Nullable Integer first;

        public boolean set(int value) {
            boolean isFirst = first == null;
            first = isFirst ? value : first;
            return isFirst;
        }

        public @Nullable Integer get() {
            return first;
        }

        public @Nullable Integer poll() {
            return first;
        }
    }

    /** A task that waits for something. */
    static final class Waiting<T> {

        final Sleeper task = new Sleeper();
        final Future<T> future;

        @Nullable
        T result;

        boolean isPolled;

        Waiting(Future<T> future) {
            this.future = future;
        }

        void poll() {
            try {
                isPolled = true;
                Poll<T> polled = future.poll(task.context());
                result = polled.isReady() ? polled.get() : null;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        /** What it waits for is there: it must have been woken and get on. */
        T requireEnd() {
            if (isPolled && result == null) {
                require(task.isWoken(), "a task sleeps");
            }
            if (result == null) {
                poll();
            }
            if (result == null) {
                throw new IllegalStateException("a task was woken for nothing");
            }
            return result;
        }
    }

    /** One waits for a value that is set meanwhile. */
    public static final class AwaitAndSet {

        private final SetOnce<Integer> cell = new SetOnce<>();
        private final Waiting<Integer> waiting = new Waiting<>(cell.await());

        @Operation
        public void waiter() {
            waiting.poll();
        }

        @Operation
        public void setter() {
            cell.set(1);
        }

        @Validate
        public void check() {
            require(waiting.requireEnd() == 1, "another value");
            require(cell.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void await_whileTheValueIsSet_isWokenOrHasIt() {
        explore(AwaitAndSet.class);
    }

    /** Three arrive at a barrier of two; a fourth completes the second group. */
    public static final class Arrivals {

        private final Barrier barrier = new Barrier(2);
        private final Waiting<Role> one = new Waiting<>(barrier.await());
        private final Waiting<Role> two = new Waiting<>(barrier.await());
        private final Waiting<Role> three = new Waiting<>(barrier.await());

        @Operation
        public void one() {
            one.poll();
        }

        @Operation
        public void two() {
            two.poll();
        }

        @Operation
        public void three() {
            three.poll();
        }

        @Validate
        public void check() {
            Waiting<Role> four = new Waiting<>(barrier.await());
            four.poll();
            int leaders = 0;
            for (Waiting<Role> arrival : List.of(one, two, three, four)) {
                leaders += arrival.requireEnd() == Role.LEADER ? 1 : 0;
            }
            require(leaders == 2, leaders + " leaders of two groups");
            require(four.result == Role.LEADER, "the last is no leader");
        }
    }

    @Test
    void arrivals_interleaved_haveOneLeaderForEachGroup() {
        explore(Arrivals.class);
    }

    /** One makes the value and gives up; another waits; a third offers one. */
    public static final class MakeAndGiveUp {

        private final OnceCell<Integer> cell = new OnceCell<>();
        private final Future<Integer> first = cell.getOrInit(() -> cx -> Poll.pending());
        private final Waiting<Integer> second = new Waiting<>(cell.getOrInit(() -> cx -> Poll.ready(2)));
        private volatile @Nullable SetResult offered;

        public MakeAndGiveUp() throws Exception {
            first.poll(new Sleeper().context());
        }

        @Operation
        public void giveUp() {
            first.cancel();
        }

        @Operation
        public void waiter() {
            second.poll();
        }

        @Operation
        public void offer() {
            offered = cell.set(3);
        }

        @Validate
        public void check() {
            int value = second.requireEnd();
            require(
                    value == (offered == SetResult.SET ? 3 : 2),
                    "the value is " + value + " though set was " + offered);
            require(cell.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void getOrInit_whileTheInitialiserGivesUp_takesOverOrFindsTheValue() {
        explore(MakeAndGiveUp.class);
    }

    /** Two make the value at once. */
    public static final class TwoMakers {

        private final OnceCell<Integer> cell = new OnceCell<>();
        private int made;
        private final Waiting<Integer> one = new Waiting<>(cell.getOrInit(() -> cx -> Poll.ready(++made)));
        private final Waiting<Integer> two = new Waiting<>(cell.getOrInit(() -> cx -> Poll.ready(++made)));

        @Operation
        public void one() {
            one.poll();
        }

        @Operation
        public void two() {
            two.poll();
        }

        @Validate
        public void check() {
            require(one.requireEnd() == 1 && two.requireEnd() == 1, "two values");
            require(made == 1, "made " + made + " times");
        }
    }

    @Test
    void getOrInit_byTwoAtOnce_makesOneValue() {
        explore(TwoMakers.class);
    }
}
