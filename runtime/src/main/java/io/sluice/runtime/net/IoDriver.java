package io.sluice.runtime.net;

import io.sluice.runtime.RuntimeMetrics;
import io.sluice.runtime.Waker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The selector of one runtime: turns readiness of channels into wakes.
 *
 * <p>It has no thread. Whoever holds the driver, one at a time, calls {@link #poll}; that is a parked worker, or a test.
 * One turn takes a bounded number of events (the JDK reads at most 512 from epoll), collects the wakers, and wakes them
 * after it has left the selector's locks.
 *
 * <p>A thread that wants the driver's attention leaves a mark in {@link #state}, and pays for a system call only if the
 * holder is inside {@code select} and nobody else has woken it yet:
 *
 * <pre>
 *   RUNNING   --poll, may wait-->  SELECTING  --return-->  RUNNING
 *   SELECTING --wakeup, kick---->  NOTIFIED   (+ Selector.wakeup)
 *   RUNNING   --wakeup---------->  NOTIFIED   the next poll does not wait
 * </pre>
 *
 * The caller of {@link #wakeup} writes its work before it marks, and poll clears the mark with a read-modify-write
 * before it returns, so the holder that looks for work after poll sees what any wakeup swallowed by that turn announced.
 */
public final class IoDriver {

    private static final int RUNNING = 0;
    private static final int SELECTING = 1;
    private static final int NOTIFIED = 2;

    private final Selector selector;
    private final TransferBuffers transferBuffers = new TransferBuffers();
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final AtomicLong registered = new AtomicLong();
    private final AtomicLong deregistered = new AtomicLong();

    /** Written by who holds the driver; any thread reads. */
    private volatile long readyEvents;
    /** Wakers of this turn. Whoever polls only. */
    private final List<Waker> woken = new ArrayList<>();

    private final Consumer<SelectionKey> onEvent = this::onEvent;

    /** Any thread; set once. */
    private volatile boolean shutdown;

    private IoDriver(Selector selector) {
        this.selector = selector;
    }

    /**
     * Opens a selector.
     *
     * @throws UncheckedIOException if the system has no file descriptor left for it
     */
    public static IoDriver open() {
        try {
            return new IoDriver(Selector.open());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a selector", e);
        }
    }

    /**
     * Waits for events, at most {@code timeoutNanos} (rounded up to a millisecond), and wakes those who wait for them.
     * A negative timeout waits without limit, zero does not wait. Returns early after {@link #wakeup} and, with its
     * interrupt flag still set, when the calling thread is interrupted. After {@link #shutdown} returns at once.
     *
     * @return the number of channels that were ready
     */
    public int poll(long timeoutNanos) {
        boolean wait = timeoutNanos != 0 && state.compareAndSet(RUNNING, SELECTING);
        int events;
        try {
            events = wait ? selector.select(onEvent, toMillis(timeoutNanos)) : selectNow();
        } catch (ClosedSelectorException e) {
            events = 0;
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        } finally {
            // Always a read-modify-write: it reads the mark of a wakeup that came too late to end this turn.
            state.getAndSet(RUNNING);
            wakeCollected();
        }
        if (events > 0) {
            countEvents(events);
        }
        return events;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    private void countEvents(int events) {
        readyEvents += events;
    }

    /** A look at this driver. Any thread. */
    public RuntimeMetrics.IoMetrics metrics() {
        return new RuntimeMetrics.IoMetrics(registered.get(), deregistered.get(), readyEvents);
    }

    /** A system call without a single channel would only cost time. */
    private int selectNow() throws IOException {
        return selector.keys().isEmpty() ? 0 : selector.selectNow(onEvent);
    }

    /** The selector reads zero as "without limit". */
    private static long toMillis(long timeoutNanos) {
        if (timeoutNanos < 0) {
            return 0;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(timeoutNanos);
        return TimeUnit.MILLISECONDS.toNanos(millis) == timeoutNanos ? millis : millis + 1;
    }

    private void onEvent(SelectionKey key) {
        try {
            ((Registration) key.attachment()).onEvent(key.readyOps(), woken);
        } catch (CancelledKeyException e) {
            // Closed by another thread while the event was on its way; its waiters were woken by the close.
            return;
        }
    }

    private void wakeCollected() {
        if (woken.isEmpty()) {
            return;
        }
        for (int i = 0; i < woken.size(); i++) {
            woken.get(i).wake();
        }
        woken.clear();
    }

    /** Ends the current turn, or makes the next one not wait. Any thread; calls that come together cost one. */
    public void wakeup() {
        if (state.getAndSet(NOTIFIED) == SELECTING) {
            selector.wakeup();
        }
    }

    /** Whether the next turn has been told not to wait. Any thread. */
    public boolean isWoken() {
        return state.get() == NOTIFIED;
    }

    /** Makes a turn that is waiting take notice of a changed interest or a closed channel; otherwise the next one will. */
    void kick() {
        if (state.get() == SELECTING && state.compareAndSet(SELECTING, NOTIFIED)) {
            selector.wakeup();
        }
    }

    /**
     * Wakes everybody who waits for a channel and closes the selector. Operations that come later fail with an
     * {@link IOException} that says why; channels stay open until their owner closes them. Idempotent; any thread, also
     * while another one polls.
     */
    public void shutdown() {
        if (shutdown) {
            return;
        }
        shutdown = true;
        List<Waker> waiters = new ArrayList<>();
        try {
            for (SelectionKey key : selector.keys()) {
                ((Registration) key.attachment()).onShutdown(waiters);
            }
            selector.close();
        } catch (ClosedSelectorException e) {
            // Another thread shuts the driver down as well.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the selector", e);
        } finally {
            waiters.forEach(Waker::wake);
        }
    }

    /** Channels that are registered and not closed. Any thread. */
    public int registrations() {
        return metrics().registrations();
    }

    /** Channels that the selector still holds, closed ones included until the next turn. Any thread. */
    int keys() {
        return selector.keys().size();
    }

    TransferBuffers transferBuffers() {
        return transferBuffers;
    }

    /** Puts {@code channel} into the selector, watched for nothing yet. */
    SelectionKey add(SelectableChannel channel, Registration registration) throws IOException {
        ensureRunning();
        channel.configureBlocking(false);
        SelectionKey key;
        try {
            key = channel.register(selector, 0, registration);
        } catch (ClosedSelectorException e) {
            throw new IOException(SHUT_DOWN, e);
        }
        if (shutdown) {
            // Came between shutdown's mark and its walk over the keys, or after it.
            key.cancel();
            throw new IOException(SHUT_DOWN);
        }
        registered.incrementAndGet();
        return key;
    }

    void removed() {
        deregistered.incrementAndGet();
    }

    /** @throws IOException if this driver is shut down */
    void ensureRunning() throws IOException {
        if (shutdown) {
            throw new IOException(SHUT_DOWN);
        }
    }

    private static final String SHUT_DOWN = "the runtime of this channel is shut down";
}
