package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Waker;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One channel's place in the selector: who waits to read, who waits to write, and what the selector was asked to watch.
 *
 * <p>The selector is level-triggered: it reports a channel again and again as long as it is ready and watched. Watching
 * costs a system call to begin and one to end, so both are lazy. A direction is armed when somebody has to wait for it,
 * and stays armed; it is disarmed once {@link #REDUNDANT_EVENTS} events in a row came while the last one had not been
 * used yet. A stream that is read as fast as it fills is therefore armed once in its life.
 *
 * <pre>
 *   reader                                  driver
 *     observe: ready? -> call the channel     event: lock { markReady; take waiter } -> wake it
 *     came back empty: clear(observed)
 *     lock { store waiter; ready after all? ; arm } -> kick the driver if it is in select
 * </pre>
 *
 * Both sides change waiter and readiness under the lock, so either the reader sees the event or the driver sees the
 * waiter. No waker is called under the lock. One waiter a direction: the last one to ask is the one that is woken.
 */
final class Registration {

    /** Returned where there is nothing yet and the waker is stored. */
    static final int NOT_READY = Integer.MIN_VALUE;

    /** Events nobody had waited for before the selector is told to stop watching; measured, see the findings on lazy disarm. */
    private static final int REDUNDANT_EVENTS = 2;

    private final IoDriver driver;
    private final Readiness readiness;
    private final SelectionKey key;
    private final int readOp;

    private final Object lock = new Object();
    /** What a writer waits for: OP_CONNECT, then OP_WRITE. Guarded by lock. */
    private int writeOp;
    /** The key's interest set as last requested. Guarded by lock. */
    private int armed;
    /** Guarded by lock. */
    private @Nullable Waker reader;
    /** Guarded by lock. */
    private @Nullable Waker writer;
    /** Events in a row that found the direction ready already. Guarded by lock. */
    private int redundantReads;
    /** Guarded by lock. */
    private int redundantWrites;
    /** Guarded by lock. */
    private boolean released;

    private Registration(IoDriver driver, SelectableChannel channel, int readOp, int writeOp, int believed)
            throws IOException {
        this.driver = driver;
        this.readiness = new Readiness(believed);
        this.readOp = readOp;
        this.writeOp = writeOp;
        this.key = driver.add(channel, this);
    }

    /** For a connected stream: believed ready both ways. */
    static Registration ofStream(IoDriver driver, SelectableChannel channel) throws IOException {
        return new Registration(
                driver, channel, SelectionKey.OP_READ, SelectionKey.OP_WRITE, Readiness.READ | Readiness.WRITE);
    }

    /** For a stream whose connection is under way: a writer first waits for that, until {@link #connected}. */
    static Registration ofConnecting(IoDriver driver, SelectableChannel channel) throws IOException {
        return new Registration(driver, channel, SelectionKey.OP_READ, SelectionKey.OP_CONNECT, 0);
    }

    static Registration ofListener(IoDriver driver, SelectableChannel channel) throws IOException {
        return new Registration(driver, channel, SelectionKey.OP_ACCEPT, 0, Readiness.READ);
    }

    /** The connection is there; reads and writes may be tried. Called by the owner before anybody reads or writes. */
    void connected() {
        synchronized (lock) {
            writeOp = SelectionKey.OP_WRITE;
        }
        readiness.markReady(Readiness.READ | Readiness.WRITE);
    }

    /**
     * Whether {@code direction} may be ready. If so returns what was observed, to be given to {@link #clear} when it
     * turns out not to be; if not, {@link #NOT_READY}, and the waker is woken by the next event.
     */
    int poll(Context cx, int direction) {
        if (!cx.proceed()) {
            return NOT_READY;
        }
        int observed = readiness.observe();
        return Readiness.isReady(observed, direction) ? observed : await(cx.waker(), direction);
    }

    /** As {@link #poll}, but without a waker and without a budget. */
    int observe(int direction) {
        int observed = readiness.observe();
        return Readiness.isReady(observed, direction) ? observed : NOT_READY;
    }

    /** The channel had nothing to give or take. */
    void clear(int direction, int observed) {
        readiness.clear(direction, observed);
    }

    /** @throws ClosedChannelException or a plain one naming the runtime, if an operation makes no sense any more */
    void ensureOpen() throws IOException {
        if (Readiness.isClosed(readiness.observe())) {
            driver.ensureRunning();
            throw new ClosedChannelException();
        }
    }

    private int await(Waker waker, int direction) {
        boolean newlyArmed;
        synchronized (lock) {
            int observed = readiness.observe();
            if (Readiness.isReady(observed, direction)) {
                return observed;
            }
            if (direction == Readiness.READ) {
                reader = waker;
            } else {
                writer = waker;
            }
            newlyArmed = arm(direction == Readiness.READ ? readOp : writeOp);
        }
        if (newlyArmed) {
            driver.kick();
        }
        return NOT_READY;
    }

    /** Guarded by lock. */
    private boolean arm(int op) {
        if ((armed & op) != 0) {
            return false;
        }
        armed |= op;
        return request();
    }

    /** Guarded by lock. */
    private boolean request() {
        try {
            key.interestOps(armed);
            return true;
        } catch (CancelledKeyException e) {
            // The driver went away between the check and here; it wakes every waiter after it cancelled the keys.
            return false;
        }
    }

    /** Takes what the selector found; adds the waiters to {@code woken}. Called by whoever polls the driver. */
    void onEvent(int readyOps, Collection<Waker> woken) {
        synchronized (lock) {
            if ((readyOps & SelectionKey.OP_CONNECT) != 0) {
                // A connected channel that still watches for OP_CONNECT is reported for ever.
                armed &= ~SelectionKey.OP_CONNECT;
                request();
            }
            boolean readable = (readyOps & readOp) != 0;
            boolean writable = (readyOps & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0;
            int already = readiness.markReady((readable ? Readiness.READ : 0) | (writable ? Readiness.WRITE : 0));
            if (readable) {
                redundantReads = (already & Readiness.READ) == 0 ? 0 : redundantReads + 1;
                if (redundantReads > REDUNDANT_EVENTS) {
                    redundantReads = 0;
                    disarm(readOp);
                }
                reader = take(reader, woken);
            }
            if (writable) {
                redundantWrites = (already & Readiness.WRITE) == 0 ? 0 : redundantWrites + 1;
                if (redundantWrites > REDUNDANT_EVENTS) {
                    redundantWrites = 0;
                    disarm(SelectionKey.OP_WRITE);
                }
                writer = take(writer, woken);
            }
        }
    }

    /** Guarded by lock. */
    private void disarm(int op) {
        if ((armed & op) != 0) {
            armed &= ~op;
            request();
        }
    }

    private static @Nullable Waker take(@Nullable Waker waiter, Collection<Waker> woken) {
        if (waiter != null) {
            woken.add(waiter);
        }
        return null;
    }

    /** Wakes everybody who waits; every later operation fails. Called by the driver's shutdown. */
    void onShutdown(Collection<Waker> woken) {
        synchronized (lock) {
            readiness.close();
            reader = take(reader, woken);
            writer = take(writer, woken);
        }
    }

    /**
     * Leaves the selector and wakes whoever still waits. The caller closes the channel and then kicks the driver,
     * because the selector gives a file descriptor back only when it is polled next. Idempotent; any thread.
     */
    boolean release() {
        Waker waitingReader;
        Waker waitingWriter;
        synchronized (lock) {
            if (released) {
                return false;
            }
            released = true;
            readiness.close();
            waitingReader = reader;
            waitingWriter = writer;
            reader = null;
            writer = null;
        }
        key.cancel();
        driver.removed();
        if (waitingReader != null) {
            waitingReader.wake();
        }
        if (waitingWriter != null) {
            waitingWriter.wake();
        }
        return true;
    }

    IoDriver driver() {
        return driver;
    }

    /** What the selector was last asked to watch. Any thread. */
    int interest() {
        synchronized (lock) {
            return armed;
        }
    }
}
