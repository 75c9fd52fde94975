package io.sluice.examples.patterns;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.signal.Termination;
import io.sluice.runtime.stream.Streams;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.TaskTracker;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends without losing what was accepted: {@code ./sluice example shutdown}, then Ctrl-C. A producer makes an order every
 * 10 ms, and a consumer takes 25 ms for each, so that some are always waiting.
 *
 * <ol>
 *   <li>The token is cancelled: nothing new is accepted.
 *   <li>The tracker is waited for: what was accepted is done.
 *   <li>The deadline: what is not done by then is cancelled, and counted.
 * </ol>
 */
public final class GracefulShutdown {

    private final Handle handle;
    private final CancellationToken stop;
    private final TaskTracker tasks = new TaskTracker();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    public GracefulShutdown(Handle handle, CancellationToken stop) {
        this.handle = handle;
        this.stop = stop;
    }

    /** Starts both tasks. */
    public void start() {
        Mpsc.Channel<Integer> orders = Mpsc.bounded(100);
        tasks.spawn(handle, stop.runUntilCancelled(produce(orders.sender()))).detach();
        tasks.spawn(handle, consume(orders.receiver())).detach();
    }

    /** An order every 10 ms. The consumer finds the end of the channel when this is cancelled. */
    private Future<Void> produce(Mpsc.Sender<Integer> orders) {
        return new Closing(
                orders::close,
                Streams.generate(accepted::incrementAndGet)
                        .throttle(handle, Duration.ofMillis(10))
                        .then(order -> Futures.map(orders.sendAsync(order), sent -> order))
                        .forEach(order -> {}));
    }

    private Future<Void> consume(Mpsc.Receiver<Integer> orders) {
        return Streams.of(orders)
                .then(order -> Futures.map(handle.sleep(Duration.ofMillis(25)), nothing -> order))
                .forEach(order -> done.incrementAndGet());
    }

    /** Ready when everything accepted is done; fails with {@link TimeoutException} if that takes too long. */
    public Future<Void> drained(Duration limit) {
        tasks.close();
        return handle.timeout(limit, tasks.await());
    }

    public int accepted() {
        return accepted.get();
    }

    public int done() {
        return done.get();
    }

    public static void main(String[] arguments) throws Exception {
        try (Termination end = Termination.listen(Duration.ofSeconds(20));
                AsyncRuntime runtime = AsyncRuntime.builder().build()) {
            GracefulShutdown shop = new GracefulShutdown(runtime.handle(), end.token());
            shop.start();
            System.out.println("taking orders; Ctrl-C ends");
            runtime.blockOn(end.requested());
            try {
                runtime.blockOn(shop.drained(Duration.ofSeconds(10)));
            } catch (TimeoutException e) {
                System.out.println("the deadline has come");
            }
            System.out.println(shop.done() + " of " + shop.accepted() + " orders done");
        }
    }
}
