package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Two streams in memory, each of which reads what the other one writes. For tests, and where code that wants a stream is
 * to talk to code of the same process. Follows {@code tokio::io::duplex}.
 *
 * <p>A stream may move from task to task; one reads and one writes at a time, also at the same time.
 */
public final class Duplex implements AsyncStream {

    private final Pipe in;
    private final Pipe out;

    private Duplex(Pipe in, Pipe out) {
        this.in = in;
        this.out = out;
    }

    /** The two ends. */
    public record Pair(Duplex a, Duplex b) {}

    /**
     * Two connected streams.
     *
     * @param bufferBytes how many bytes each direction holds before its writer has to wait
     * @throws IllegalArgumentException if {@code bufferBytes} is not positive
     */
    public static Pair pair(int bufferBytes) {
        Pipe there = new Pipe(bufferBytes);
        Pipe back = new Pipe(bufferBytes);
        return new Pair(new Duplex(back, there), new Duplex(there, back));
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        return in.pollRead(cx, target);
    }

    /** @throws IOException as {@link AsyncWrite#pollWrite}; "broken pipe" if the other end is closed */
    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        return (int) out.pollWrite(cx, new ByteBuffer[] {source}, 0, 1);
    }

    @Override
    public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) throws IOException {
        return out.pollWrite(cx, sources, offset, count);
    }

    @Override
    public void shutdownOutput() {
        out.endWriting();
    }

    /** The peer reads what was written and then the end; its writes fail. Idempotent; any thread. */
    @Override
    public void close() {
        out.endWriting();
        in.endReading();
    }
}
