package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One encoded OTLP request, uncompressed, and what it stands for.
 *
 * <p>Owned by one stage at a time; whoever settles the batch calls {@link #close()} exactly once, which gives the
 * memory back as soon as nobody {@link #hold}s it. The buffers are read through duplicates, so that a payload can be
 * sent again.
 */
public final class Payload implements AutoCloseable {

    private final Signal signal;
    private final int items;
    private final int bytes;
    private final ByteBuffer[] body;
    private final Divider divider;
    private final Runnable onClose;

    /** The payload whose memory this is; itself, unless it is a part of another. */
    private final Payload memory;

    /** Set before the payload is handed on; read by its task. */
    private Receipt receipt = Receipt.NONE;

    /** The owner until it closes, and everybody who holds the memory. Any thread. */
    private final AtomicInteger holders = new AtomicInteger(1);

    /** A payload that cannot be divided: a destination that finds it too large loses all of it. */
    public Payload(Signal signal, int items, ByteBuffer[] body, Runnable onClose) {
        this(signal, items, body, indivisible(signal), onClose);
    }

    /**
     * @param items spans, data points or log records inside
     * @param body the request's bytes in order, from position to limit of each buffer
     * @param divider asked when the destination did not take the whole
     * @param onClose gives the memory back to where it came from
     */
    public Payload(Signal signal, int items, ByteBuffer[] body, Divider divider, Runnable onClose) {
        this(signal, items, body, divider, onClose, null);
    }

    private Payload(
            Signal signal, int items, ByteBuffer[] body, Divider divider, Runnable onClose, @Nullable Payload whole) {
        this.signal = requireNonNull(signal, "signal");
        this.items = items;
        this.body = requireNonNull(body, "body");
        this.divider = requireNonNull(divider, "divider");
        this.onClose = requireNonNull(onClose, "onClose");
        this.memory = whole == null ? this : whole;
        int sum = 0;
        for (ByteBuffer part : body) {
            sum = Math.addExact(sum, part.remaining());
        }
        this.bytes = sum;
    }

    public Signal signal() {
        return signal;
    }

    /** Spans, data points or log records inside. */
    public int items() {
        return items;
    }

    /** Size of the request before compression. */
    public int bytes() {
        return bytes;
    }

    /** Has {@code listener} told what becomes of the items. Before the payload is handed on. */
    public Payload tell(Receipt listener) {
        receipt = requireNonNull(listener, "listener");
        return this;
    }

    Receipt receipt() {
        return receipt;
    }

    /** Fresh duplicates of the request's buffers, in order; valid until {@link #close()}. */
    public ByteBuffer[] body() {
        ByteBuffer[] copy = new ByteBuffer[body.length];
        for (int i = 0; i < body.length; i++) {
            copy[i] = body[i].duplicate();
        }
        return copy;
    }

    /** What it can be divided into; valid until {@link #close()}. */
    Pieces pieces() {
        return divider.divide(body(), items);
    }

    /** A request of its own made of some of this one's bytes; closing it does nothing. */
    Payload part(int partItems, ByteBuffer[] partBody) {
        return new Payload(signal, partItems, partBody, indivisible(signal), () -> {}, memory);
    }

    private static Divider indivisible(Signal signal) {
        return (whole, count) -> Pieces.indivisible(whole, count, "request of " + signal);
    }

    /**
     * Keeps the memory as it is beyond {@link #close()}, until the result is run, once, on any thread: for a transport,
     * whose event loop may be writing when its owner gives up. Before {@link #close()}.
     *
     * @throws IllegalStateException if the memory was given back
     */
    public Runnable hold() {
        if (memory.holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw new IllegalStateException("the payload is closed");
        }
        return memory::letGo;
    }

    private void letGo() {
        if (holders.decrementAndGet() == 0) {
            onClose.run();
            receipt.closed();
        }
    }

    @Override
    public void close() {
        letGo();
    }
}
