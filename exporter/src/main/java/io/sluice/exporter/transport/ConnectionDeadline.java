package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one time limit that a connection is under at any moment. Changing it is cheap as long as it moves away: the timer
 * that is set looks again when it fires. In the connection's loop.
 */
final class ConnectionDeadline {

    private static final long NONE = Long.MAX_VALUE;

    private final DriverEventLoop loop;
    private final Runnable onPassed;

    /** On the loop's ticker. */
    private long deadlineNanos = NONE;

    private long timerNanos = NONE;
    private @Nullable ScheduledFuture<?> timer;

    ConnectionDeadline(DriverEventLoop loop, Runnable onPassed) {
        this.loop = loop;
        this.onPassed = onPassed;
    }

    void set(long delayNanos) {
        setAt(loop.ticker().nanoTime() + delayNanos);
    }

    /** Brings the limit forward to {@code nanos} on the loop's ticker if it is later or none; NONE changes nothing. */
    void setNoLaterThan(long nanos) {
        if (nanos < deadlineNanos) {
            setAt(nanos);
        }
    }

    private void setAt(long nanos) {
        deadlineNanos = nanos;
        if (deadlineNanos < timerNanos) {
            if (timer != null) {
                timer.cancel(false);
            }
            arm();
        }
    }

    void clear() {
        deadlineNanos = NONE;
    }

    /** No limit any more, and no timer left behind. */
    void cancel() {
        clear();
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        timerNanos = NONE;
    }

    private void arm() {
        timerNanos = deadlineNanos;
        timer = loop.schedule(this::fired, deadlineNanos - loop.ticker().nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void fired() {
        timer = null;
        timerNanos = NONE;
        if (deadlineNanos == NONE) {
            return;
        }
        if (deadlineNanos > loop.ticker().nanoTime()) {
            arm();
            return;
        }
        deadlineNanos = NONE;
        onPassed.run();
    }
}
