package io.sluice.examples.patterns;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.collect.JoinSet;
import io.sluice.runtime.stream.Streams;
import io.sluice.runtime.sync.Mpmc;
import io.sluice.runtime.sync.Mpsc;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Back-pressure through three levels: {@code ./sluice example back-pressure}.
 *
 * <pre>
 *   producer --bounded(64)--> 4 workers --bounded(16)--> batches of 32, one at a time, 2 ms each
 * </pre>
 *
 * The slowest level sets the pace of all: its channel fills, then the workers wait for room, then theirs fills, then the
 * producer waits. Nothing is lost and nothing grows. A source that cannot wait, as a UDP port, would have to drop or
 * refuse at its own level with {@code trySend}, where it can count what it dropped.
 */
public final class BackPressure {

    private static final int WORKERS = 4;
    private static final int FIRST_CAPACITY = 64;
    private static final int SECOND_CAPACITY = 16;
    private static final int BATCH = 32;

    private final Handle handle;
    private final Mpmc.Channel<Integer> first = Mpmc.bounded(FIRST_CAPACITY);
    private final Mpsc.Channel<Integer> second = Mpsc.bounded(SECOND_CAPACITY);

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final AtomicLong stored = new AtomicLong();

    private BackPressure(Handle handle) {
        this.handle = handle;
    }

    /**
     * @param stored how many items came to the end
     * @param mostInFlight how many there were between producer and store at most
     */
    record Result(long stored, int mostInFlight) {}

    static Result run(AsyncRuntime runtime, int items) throws Exception {
        BackPressure pressure = new BackPressure(runtime.handle());
        try (JoinSet<Void> tasks = new JoinSet<>()) {
            tasks.spawn(runtime.handle(), pressure.produce(items));
            for (int i = 0; i < WORKERS; i++) {
                tasks.spawn(runtime.handle(), pressure.work());
            }
            tasks.spawn(runtime.handle(), pressure.store());
            pressure.first.receiver().close(); // each worker has one of its own, and the producer its sender
            pressure.second.sender().close();
            runtime.blockOn(tasks.joinAll());
        }
        return new Result(pressure.stored.get(), pressure.mostInFlight.get());
    }

    private Future<Void> produce(int items) {
        AtomicInteger made = new AtomicInteger();
        return new Closing(
                first.sender()::close,
                Streams.generate(() -> made.get() == items ? null : made.incrementAndGet())
                        .then(item -> Futures.map(first.sender().sendAsync(item), sent -> item))
                        .forEach(item -> mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max)));
    }

    private Future<Void> work() {
        Mpsc.Sender<Integer> out = second.sender().dup();
        return new Closing(
                out::close,
                Streams.of(first.receiver().dup())
                        .then(item -> Futures.map(out.sendAsync(item), sent -> item))
                        .forEach(item -> {}));
    }

    private Future<Void> store() {
        return Streams.of(second.receiver())
                .chunksTimeout(handle, BATCH, Duration.ofMillis(50))
                .then(batch -> Futures.map(handle.sleep(Duration.ofMillis(2)), nothing -> batch))
                .forEach(batch -> {
                    inFlight.addAndGet(-batch.size());
                    stored.addAndGet(batch.size());
                });
    }

    public static void main(String[] arguments) throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().build()) {
            Result result = run(runtime, 10_000);
            System.out.println(result.stored() + " items stored, at most " + result.mostInFlight() + " under way");
        }
    }
}
