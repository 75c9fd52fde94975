package io.sluice.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Broadcast;
import io.sluice.runtime.sync.LaggedException;
import io.sluice.runtime.sync.Mpmc;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.TestWaker;
import io.sluice.runtime.time.MissedTick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamTest {

    private final TestWaker waker = new TestWaker();
    private final StepRuntime runtime = new StepRuntime();

    @AfterEach
    void leakCheck() {
        assertThat(runtime.runtime().metrics().timers()).isZero();
        runtime.close();
    }

    // ---- values in, values out ----------------------------------------------------------------------------------

    @Test
    void map_filter_take_chain_giveWhatTheySay() throws Exception {
        Stream<String> stream = Streams.of(1, 2, 3, 4, 5)
                .filter(n -> n % 2 == 1)
                .map(n -> "n" + n)
                .take(2)
                .chain(Streams.of("end"));

        assertThat(ready(stream.toList())).containsExactly("n1", "n3", "end");
    }

    @Test
    void takeWhile_then_fold_giveWhatTheySay() throws Exception {
        Stream<Integer> small = Streams.of(List.of(1, 2, 9, 1)).takeWhile(n -> n < 5);

        assertThat(ready(small.then(n -> Futures.ready(n * 10)).fold(0, Integer::sum)))
                .isEqualTo(30);
    }

    @Test
    void forEach_seesAll_once_andEmptyNone() throws Exception {
        List<String> seen = new ArrayList<>();

        ready(Streams.once(Futures.ready("one")).chain(Streams.empty()).forEach(seen::add));

        assertThat(seen).containsExactly("one");
    }

    @Test
    void merge_looksAtBothInTurn_andEndsWithTheSecond() throws Exception {
        Mpsc.Channel<String> late = Mpsc.bounded(4);
        Stream<String> merged = Streams.of("a", "b", "c").merge(Streams.of(late.receiver()));
        late.sender().trySend("1");
        late.sender().trySend("2");

        List<String> seen = new ArrayList<>();
        Poll<String> next = merged.pollNext(waker.context());
        while (next.isReady()) {
            seen.add(next.get());
            next = merged.pollNext(waker.context());
        }
        assertThat(seen).containsExactly("a", "1", "b", "2", "c");

        late.sender().close();
        assertThat(waker.isWoken()).isTrue();
        assertThat(merged.pollNext(waker.context()).get()).isNull();
    }

    // ---- cancel -------------------------------------------------------------------------------------------------

    @Test
    void cancel_reachesTheSource_throughEveryStep() throws Exception {
        List<UnaryOperator<Stream<Integer>>> steps = List.of(
                s -> s.map(n -> n),
                s -> s.filter(n -> true),
                s -> s.take(9),
                s -> s.takeWhile(n -> true),
                s -> s.then(Futures::ready),
                s -> s.chain(Streams.empty()),
                s -> Streams.<Integer>empty().chain(s),
                s -> s.merge(Streams.empty()),
                s -> s.throttle(runtime.handle(), Duration.ofSeconds(1)),
                s -> s.timeout(runtime.handle(), Duration.ofSeconds(1)),
                s -> s.chunksTimeout(runtime.handle(), 3, Duration.ofSeconds(1)).map(List::size));
        for (UnaryOperator<Stream<Integer>> step : steps) {
            Mpsc.Channel<Integer> channel = Mpsc.bounded(4);
            channel.sender().trySend(1);
            Stream<Integer> stream = step.apply(Streams.of(channel.receiver()));
            JoinHandle<Void> task = runtime.handle().spawn(stream.forEach(n -> {}));
            runtime.run();
            assertThat(task.isFinished()).isFalse();

            task.abort();
            runtime.run();

            assertThat(channel.sender().isClosed()).isTrue();
            channel.sender().close();
        }
    }

    @Test
    void take_ofItsLastValue_cancelsTheSource() throws Exception {
        Mpsc.Channel<Integer> channel = Mpsc.bounded(4);
        channel.sender().trySend(1);
        Stream<Integer> first = Streams.of(channel.receiver()).take(1);

        assertThat(first.pollNext(waker.context()).get()).isEqualTo(1);
        assertThat(channel.sender().isClosed()).isTrue();
        assertThat(first.pollNext(waker.context()).get()).isNull();
    }

    @Test
    void then_cancelledInBetween_givesThePermitBack() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        Stream<Object> stream = Streams.of(1).then(n -> Futures.map(semaphore.acquire(), permit -> permit));
        assertThat(stream.pollNext(waker.context()).isPending()).isTrue();
        assertThat(semaphore.waiters()).isOne();

        stream.cancel();

        assertThat(semaphore.waiters()).isZero();
    }

    @Test
    void next_cancelled_leavesTheStreamAlone() throws Exception {
        Mpsc.Channel<Integer> channel = Mpsc.bounded(4);
        Stream<Integer> stream = Streams.of(channel.receiver());
        Future<Integer> next = stream.next();
        assertThat(next.poll(waker.context()).isPending()).isTrue();
        next.cancel();
        channel.sender().trySend(5);

        assertThat(ready(stream.next())).isEqualTo(5);
    }

    // ---- time ---------------------------------------------------------------------------------------------------

    @Test
    void chunksTimeout_givesFullChunks_andTheRestInTime() throws Exception {
        Mpsc.Channel<Integer> channel = Mpsc.bounded(16);
        List<List<Integer>> chunks = new ArrayList<>();
        StepRuntime.Watched<Void> task = runtime.watch(Streams.of(channel.receiver())
                .chunksTimeout(runtime.handle(), 3, Duration.ofSeconds(10))
                .forEach(chunks::add));
        for (int i = 1; i <= 4; i++) {
            channel.sender().trySend(i);
        }
        runtime.run();
        assertThat(chunks).containsExactly(List.of(1, 2, 3));

        runtime.advance(Duration.ofSeconds(9));
        channel.sender().trySend(5);
        runtime.run();
        assertThat(chunks).hasSize(1);
        runtime.advance(Duration.ofSeconds(1));
        assertThat(chunks).containsExactly(List.of(1, 2, 3), List.of(4, 5));

        runtime.advance(Duration.ofSeconds(60));
        assertThat(chunks).hasSize(2);
        channel.sender().trySend(6);
        channel.sender().close();
        runtime.run();
        assertThat(chunks).endsWith(List.of(6));
        assertThat(task.isEnded()).isTrue();
    }

    @Test
    void throttle_keepsItsDistance() {
        List<Integer> seen = new ArrayList<>();
        StepRuntime.Watched<Void> task = runtime.watch(Streams.of(1, 2, 3)
                .throttle(runtime.handle(), Duration.ofSeconds(1))
                .forEach(seen::add));

        assertThat(seen).containsExactly(1);
        runtime.advance(Duration.ofMillis(999));
        assertThat(seen).hasSize(1);
        runtime.advance(Duration.ofMillis(1));
        assertThat(seen).containsExactly(1, 2);
        runtime.advance(Duration.ofSeconds(2), Duration.ofMillis(500));
        assertThat(seen).containsExactly(1, 2, 3);
        assertThat(task.isEnded()).isTrue();
    }

    @Test
    void timeout_countsFromEachValue() throws Exception {
        Mpsc.Channel<Integer> channel = Mpsc.bounded(4);
        List<Integer> seen = new ArrayList<>();
        StepRuntime.Watched<Void> task = runtime.watch(Streams.of(channel.receiver())
                .timeout(runtime.handle(), Duration.ofSeconds(2))
                .forEach(seen::add));
        for (int i = 0; i < 3; i++) {
            runtime.advance(Duration.ofSeconds(1));
            channel.sender().trySend(i);
            runtime.run();
        }
        assertThat(seen).containsExactly(0, 1, 2);
        runtime.advance(Duration.ofMillis(2001));

        assertThat(task.isEnded()).isFalse();
        assertThat(runtime.uncaught()).hasSize(1).first().isInstanceOf(TimeoutException.class);
        runtime.forgetUncaught();
        assertThat(channel.sender().isClosed()).isTrue();
        channel.sender().close();
    }

    @Test
    void interval_ticksUntilItIsCancelled() {
        List<Long> ticks = new ArrayList<>();
        StepRuntime.Watched<Void> task =
                runtime.watch(Streams.of(runtime.handle().interval(Duration.ofSeconds(1), MissedTick.SKIP))
                        .take(3)
                        .forEach(ticks::add));
        runtime.advance(Duration.ofSeconds(5), Duration.ofMillis(500));

        assertThat(ticks).hasSize(3);
        assertThat(ticks.get(2) - ticks.get(0)).isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(task.isEnded()).isTrue();
    }

    // ---- channels -----------------------------------------------------------------------------------------------

    @Test
    void broadcast_whichMissed_mayBePolledOn() throws Exception {
        Broadcast.Channel<Integer> channel = Broadcast.channel(2);
        Stream<Integer> stream = Streams.of(channel.receiver());
        for (int i = 0; i < 5; i++) {
            channel.sender().send(i);
        }
        channel.sender().close();

        assertThatThrownBy(() -> stream.pollNext(waker.context())).isInstanceOf(LaggedException.class);
        assertThat(ready(stream.toList())).containsExactly(3, 4);
    }

    @Test
    void mpmc_givesEachValueToOneStream() throws Exception {
        Mpmc.Channel<Integer> channel = Mpmc.bounded(8);
        Stream<Integer> one = Streams.of(channel.receiver().dup());
        Stream<Integer> other = Streams.of(channel.receiver());
        for (int i = 0; i < 4; i++) {
            channel.sender().trySend(i);
        }
        channel.sender().close();

        assertThat(one.pollNext(waker.context()).get()).isZero();
        assertThat(ready(other.toList())).containsExactly(1, 2, 3);
        assertThat(one.pollNext(waker.context()).get()).isNull();
    }

    @Test
    void endlessStream_givesItsWorkerBack() {
        int[] count = {0};
        JoinHandle<Void> endless =
                runtime.handle().spawn(Streams.generate(() -> 1).forEach(n -> count[0]++));
        runtime.run();

        assertThat(endless.isFinished()).isFalse();
        assertThat(count[0]).isPositive();
        endless.abort();
    }

    private <T> T ready(Future<T> future) throws Exception {
        Poll<T> polled = future.poll(waker.context());
        assertThat(polled.isReady()).isTrue();
        return polled.get();
    }
}
