package io.sluice.runtime.codec;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.AsyncWrite;
import java.io.IOException;

/**
 * Sends messages over a sink. Messages are gathered, and leave on a flush, or when {@link #FLUSH_ABOVE_BYTES} wait.
 *
 * <p>The sink is borrowed. One task at a time. Follows {@code tokio_util::codec::FramedWrite}.
 */
public final class FramedWrite<T> {

    /** Tokio's back-pressure boundary: with as much as this waiting, the next message waits for the sink. */
    public static final int FLUSH_ABOVE_BYTES = 8 * 1024;

    private final AsyncWrite sink;
    private final Encoder<? super T> encoder;
    private final FrameBuffer buffer = new FrameBuffer();

    public FramedWrite(AsyncWrite sink, Encoder<? super T> encoder) {
        this.sink = requireNonNull(sink, "sink");
        this.encoder = requireNonNull(encoder, "encoder");
    }

    /**
     * Whether a message may be put; if not, the waker is woken when the sink takes more.
     *
     * @throws IOException if the sink broke
     */
    public boolean pollReady(Context cx) throws IOException {
        return buffer.length() < FLUSH_ABOVE_BYTES || pollPassOn(cx);
    }

    /**
     * Puts {@code message} behind those that wait. Nobody keeps the caller from doing so without having asked
     * {@link #pollReady}, for an answer that must not get lost; what waits then grows.
     *
     * @throws IOException if the encoder refuses it; those before it are not affected
     */
    public void put(T message) throws IOException {
        int before = buffer.length();
        boolean encoded = false;
        try {
            encoder.encode(requireNonNull(message, "message"), buffer);
            encoded = true;
        } finally {
            if (!encoded) {
                buffer.truncate(before);
            }
        }
    }

    /**
     * Whether everything that was put has left; if not, {@code cx} is woken when the sink takes more. Cancel-safe.
     *
     * @throws IOException if the sink broke
     */
    public boolean pollFlush(Context cx) throws IOException {
        return pollPassOn(cx) && sink.pollFlush(cx);
    }

    private boolean pollPassOn(Context cx) throws IOException {
        while (buffer.length() > 0) {
            if (sink.pollWrite(cx, buffer.waiting()) == AsyncIo.PENDING) {
                return false;
            }
        }
        buffer.reset();
        return true;
    }

    /**
     * {@link #pollFlush}, and then the end of this direction.
     *
     * @throws IOException if the sink broke
     */
    public boolean pollShutdown(Context cx) throws IOException {
        return pollPassOn(cx) && sink.pollShutdown(cx);
    }

    /** Puts {@code message} when there is room, without a flush. Cancel-safe: a feed that was cancelled did not put it. */
    public Future<Void> feed(T message) {
        requireNonNull(message, "message");
        return cx -> {
            if (!pollReady(cx)) {
                return Poll.pending();
            }
            put(message);
            return Poll.ready();
        };
    }

    /** {@link #feed} and then a flush. When it is cancelled after the first, the message leaves with the next flush. */
    public Future<Void> send(T message) {
        return new Send(requireNonNull(message, "message"));
    }

    /** {@link #pollFlush} as a future. */
    public Future<Void> flush() {
        return cx -> pollFlush(cx) ? Poll.ready() : Poll.pending();
    }

    /** How many bytes of messages wait to be passed on. */
    public int buffered() {
        return buffer.length();
    }

    /** Owner only. */
    private final class Send implements Future<Void> {

        private final T message;
        private boolean put;

        Send(T message) {
            this.message = message;
        }

        @Override
        public Poll<Void> poll(Context cx) throws IOException {
            if (!put) {
                if (!pollReady(cx)) {
                    return Poll.pending();
                }
                put(message);
                put = true;
            }
            return pollFlush(cx) ? Poll.ready() : Poll.pending();
        }
    }
}
