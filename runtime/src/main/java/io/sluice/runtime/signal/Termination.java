package io.sluice.runtime.signal;

import io.sluice.runtime.Future;
import io.sluice.runtime.sync.CancellationToken;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a program that it is asked to end, and holds the JVM until it has: on Ctrl-C (SIGINT), SIGTERM, SIGHUP, and
 * {@link System#exit}.
 *
 * <p>It is a shutdown hook of the JVM, which is portable and leaves the signals' meaning alone: the exit code is still
 * the signal's, a JVM that was started with {@code -Xrs} still ignores them, and a second listener still hears of the
 * end. In exchange the signals cannot be told apart, nor ignored. Tokio's {@code ctrl_c} takes the signal away from the
 * process for the rest of its life; the JDK has no supported way to do that.
 *
 * <pre>{@code
 * try (Termination end = Termination.listen(Duration.ofSeconds(10));
 *         AsyncRuntime runtime = AsyncRuntime.builder().build()) {
 *     runtime.blockOn(serveUntil(end.token()));
 * } // the runtime is closed first, then the JVM may end
 * }</pre>
 *
 * <p>Whoever listens returns from {@code main} to end by itself, and does not call {@link System#exit} on the thread that
 * would close this: that thread would wait for itself, until the grace is over. Any thread.
 */
public final class Termination implements AutoCloseable {

    private final CancellationToken token = new CancellationToken();
    private final CountDownLatch done = new CountDownLatch(1);
    private final long graceNanos;
    private final Thread hook;

    private Termination(Duration grace) {
        this.graceNanos = grace.toNanos();
        this.hook = new Thread(null, this::onEnd, "sluice-termination", 0, false);
    }

    /**
     * Listens from here on.
     *
     * @param grace how long the JVM is held at most
     * @throws IllegalStateException if the JVM is ending already
     */
    public static Termination listen(Duration grace) {
        Termination termination = new Termination(grace);
        Runtime.getRuntime().addShutdownHook(termination.hook);
        return termination;
    }

    /** Ready when the end was asked for. Cancel-safe. */
    public Future<Void> requested() {
        return token.cancelled();
    }

    /** Cancelled when the end was asked for. */
    public CancellationToken token() {
        return token;
    }

    /** Runs in the hook. */
    void onEnd() {
        token.cancel();
        try {
            done.await(graceNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is done: the JVM may end, or go on without a listener. Idempotent. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, which is why this is closed.
            return;
        }
    }
}
