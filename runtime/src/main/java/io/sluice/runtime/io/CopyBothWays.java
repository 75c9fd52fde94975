package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.io.IOException;

/** Two copies in opposite directions; see {@link AsyncIo#copyBidirectional}. Owner only. */
final class CopyBothWays implements Future<Copied> {

    /** One direction: copy, then pass the end on. Owner only. */
    private static final class Direction {
        private final Copy copy;
        private final AsyncWrite sink;
        private boolean copied;
        private boolean ended;

        Direction(AsyncRead source, AsyncWrite sink, int bufferBytes) {
            this.copy = new Copy(source, sink, bufferBytes);
            this.sink = sink;
        }

        boolean pollEnded(Context cx) throws IOException {
            if (!copied) {
                copied = copy.poll(cx).isReady();
            }
            if (copied && !ended) {
                ended = sink.pollShutdown(cx);
            }
            return ended;
        }
    }

    private final Direction there;
    private final Direction back;

    CopyBothWays(AsyncStream a, AsyncStream b, int bufferBytes) {
        this.there = new Direction(a, b, bufferBytes);
        this.back = new Direction(b, a, bufferBytes);
    }

    @Override
    public Poll<Copied> poll(Context cx) throws IOException {
        boolean thereEnded = there.pollEnded(cx);
        boolean backEnded = back.pollEnded(cx);
        return thereEnded && backEnded
                ? Poll.ready(new Copied(there.copy.copiedBytes(), back.copy.copiedBytes()))
                : Poll.pending();
    }
}
