package io.sluice.runtime.sync;

import io.sluice.runtime.sync.Mpsc.SendResult;
import java.time.Duration;

/** A wait for room in a bounded channel by a thread instead of a task. */
final class BlockingSend {

    private BlockingSend() {}

    static <T> SendResult send(ItemChannel<T> channel, T item, Duration limit) throws InterruptedException {
        Permits.Waiter waiter = new Permits.Waiter(1);
        Permits.Taken taken = Permits.Taken.NOT_ENOUGH;
        try {
            taken = BlockingWait.await(channel.permits(), waiter, limit);
        } finally {
            if (taken == Permits.Taken.NOT_ENOUGH) {
                channel.cancel(waiter);
            }
        }
        return switch (taken) {
            case TAKEN -> {
                channel.push(item);
                yield SendResult.SENT;
            }
            case NOT_ENOUGH -> SendResult.FULL;
            case CLOSED -> SendResult.CLOSED;
        };
    }
}
