package io.sluice.runtime.testkit;

import io.sluice.runtime.Context;
import io.sluice.runtime.Waker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A waker that counts, for polling a future by hand: {@code future.poll(waker.context())}. Any thread. */
public final class TestWaker implements Waker {

    /** Guarded by this. */
    private int wakes;

    @Override
    public synchronized void wake() {
        wakes++;
        notifyAll();
    }

    /** How often it was woken since it was made or {@link #reset}. */
    public synchronized int wakes() {
        return wakes;
    }

    public synchronized boolean isWoken() {
        return wakes > 0;
    }

    public synchronized void reset() {
        wakes = 0;
    }

    /** Waits until it is woken, for tests with real threads. False if that did not happen within {@code limit}. */
    public synchronized boolean awaitWoken(Duration limit) throws InterruptedException {
        long limitMillis = limit.toMillis();
        for (long waited = 0; wakes == 0 && waited < limitMillis; waited += 10) {
            TimeUnit.MILLISECONDS.timedWait(this, Math.min(10, limitMillis - waited));
        }
        return wakes > 0;
    }

    /** A context that wakes this waker, without a runtime and with an endless budget. */
    public Context context() {
        return Context.of(this);
    }
}
