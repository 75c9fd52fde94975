package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.nio.ByteBuffer;

/**
 * Helpers over {@link AsyncRead} and {@link AsyncWrite}.
 *
 * <p>The streams are borrowed: nothing here closes one. {@link #read} and {@link #write} are cancel-safe. The others
 * take more than one poll, with their progress in the positions of the caller's buffers or in themselves; one that is
 * cancelled half-way leaves the stream in the middle of a message: close it, do not use it again.
 */
public final class AsyncIo {

    /** Instead of a count: nothing to move yet, and the waker of the context is woken when there is. */
    public static final int PENDING = Integer.MIN_VALUE;

    /** Instead of a count: the source has ended; every later read says so too. */
    public static final int END = -1;

    /** What {@link #copy} moves at a time. */
    private static final int COPY_BYTES = 16 * 1024;

    private AsyncIo() {}

    // ---- reading ----------------------------------------------------------------------------------------------

    /** {@link AsyncRead#pollRead} as a future of the count or {@link #END}. Cancel-safe. */
    public static Future<Integer> read(AsyncRead source, ByteBuffer target) {
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        return cx -> {
            int read = source.pollRead(cx, target);
            return read == PENDING ? Poll.pending() : Poll.ready(read);
        };
    }

    /**
     * Reads until {@code target} is full. Fails with {@link java.io.EOFException} if the source ends before; what was
     * read is in the buffer.
     */
    public static Future<Void> readExact(AsyncRead source, ByteBuffer target) {
        return new ReadExact(source, target);
    }

    /** Reads until the end. Fails with {@link TooLongException} if that is more than {@code maxBytes}. */
    public static Future<byte[]> readToEnd(AsyncRead source, int maxBytes) {
        return new ReadToEnd(requireNonNull(source, "source"), maxBytes);
    }

    /**
     * Reads up to the next {@code end}, and with it; without it if the source ends before, and nothing at all at the
     * source's end. Fails with {@link TooLongException} if there are more than {@code maxBytes} before {@code end}.
     */
    public static Future<byte[]> readUntil(AsyncBufRead source, byte end, int maxBytes) {
        return new ReadUntil(requireNonNull(source, "source"), end, maxBytes, "piece");
    }

    /** The next line, as {@link BufReader#lines} gives them; null at the end. */
    public static Future<String> readLine(AsyncBufRead source, int maxLineBytes) {
        return new Lines(requireNonNull(source, "source"), maxLineBytes).next();
    }

    /** The first {@code maxBytes} of {@code source}, and then the end; what comes behind them stays where it is. */
    public static AsyncRead take(AsyncRead source, long maxBytes) {
        return new Take(requireNonNull(source, "source"), maxBytes);
    }

    /** {@code first}, and after its end {@code second}. */
    public static AsyncRead chain(AsyncRead first, AsyncRead second) {
        return new Chain(requireNonNull(first, "first"), requireNonNull(second, "second"));
    }

    /** The end at once. */
    public static AsyncRead empty() {
        return Constant.EMPTY;
    }

    /** {@code value} for ever. */
    public static AsyncRead repeat(byte value) {
        return Constant.repeat(value);
    }

    // ---- writing ----------------------------------------------------------------------------------------------

    /** {@link AsyncWrite#pollWrite} as a future of the count. Cancel-safe. */
    public static Future<Integer> write(AsyncWrite sink, ByteBuffer source) {
        requireNonNull(sink, "sink");
        requireNonNull(source, "source");
        return cx -> {
            int written = sink.pollWrite(cx, source);
            return written == PENDING ? Poll.pending() : Poll.ready(written);
        };
    }

    /** Writes until every one of {@code sources} is empty, in order. */
    public static Future<Void> writeAll(AsyncWrite sink, ByteBuffer... sources) {
        return new WriteAll(sink, sources.clone());
    }

    /** {@link AsyncWrite#pollFlush} as a future. */
    public static Future<Void> flush(AsyncWrite sink) {
        requireNonNull(sink, "sink");
        return cx -> sink.pollFlush(cx) ? Poll.ready() : Poll.pending();
    }

    /** {@link AsyncWrite#pollShutdown} as a future. */
    public static Future<Void> shutdown(AsyncWrite sink) {
        requireNonNull(sink, "sink");
        return cx -> sink.pollShutdown(cx) ? Poll.ready() : Poll.pending();
    }

    /** Takes everything and keeps nothing. */
    public static AsyncWrite sink() {
        return Constant.SINK;
    }

    // ---- moving -----------------------------------------------------------------------------------------------

    /**
     * Moves bytes from {@code source} to {@code sink} until the source ends, and flushes; gives their number. The sink is
     * not shut down. A slow sink is felt by the source: at most one buffer of 16 KiB is in between.
     */
    public static Future<Long> copy(AsyncRead source, AsyncWrite sink) {
        return copy(source, sink, COPY_BYTES);
    }

    /** {@link #copy(AsyncRead, AsyncWrite)} with a buffer of {@code bufferBytes}. */
    public static Future<Long> copy(AsyncRead source, AsyncWrite sink, int bufferBytes) {
        return new Copy(requireNonNull(source, "source"), requireNonNull(sink, "sink"), bufferBytes);
    }

    /**
     * Moves bytes both ways until both streams have ended. The end of one direction is passed on to its receiver, and
     * the other direction goes on (half-close). Fails as soon as either direction fails; the caller closes both.
     */
    public static Future<Copied> copyBidirectional(AsyncStream a, AsyncStream b) {
        return copyBidirectional(a, b, COPY_BYTES);
    }

    /** {@link #copyBidirectional(AsyncStream, AsyncStream)} with a buffer of {@code bufferBytes} for each direction. */
    public static Future<Copied> copyBidirectional(AsyncStream a, AsyncStream b, int bufferBytes) {
        return new CopyBothWays(requireNonNull(a, "a"), requireNonNull(b, "b"), bufferBytes);
    }
}
