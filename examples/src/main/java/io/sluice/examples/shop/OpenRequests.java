package io.sluice.examples.shop;

import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Counts requests that have begun and not ended, so that a stop can wait for them. Any thread. */
final class OpenRequests {

    /** One party is the server itself; it arrives when no more may begin. */
    private final Phaser parties = new Phaser(1);

    /** False if the server stops. */
    boolean begin() {
        return parties.register() >= 0;
    }

    void end() {
        parties.arriveAndDeregister();
    }

    /** Waits until every request has ended; none can begin after the last one. */
    void awaitNone(long limit, TimeUnit unit) {
        try {
            parties.awaitAdvanceInterruptibly(parties.arriveAndDeregister(), limit, unit);
        } catch (TimeoutException late) {
            parties.forceTermination();
        } catch (InterruptedException stopped) {
            parties.forceTermination();
            Thread.currentThread().interrupt();
        }
    }
}
