package io.sluice.exporter.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.sluice.exporter.transport.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A request's bytes on their way into grpc-java, which copies them once, whenever it has a connection, and on whatever
 * thread that is. The body's memory is given back when they are copied, or when the call ends before: at the end of the
 * copy, if that is just under way.
 *
 * <pre>
 *   WAITING --drainTo--> COPYING --> GIVEN_BACK
 *      \--- end ------------------------^
 * </pre>
 */
final class BodyStream extends InputStream implements Drainable, KnownLength {

    private enum State {
        WAITING,
        COPYING,
        GIVEN_BACK
    }

    private final RequestBody body;

    /** Any thread. Who moves it on to GIVEN_BACK gives the memory back. */
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    BodyStream(RequestBody body) {
        this.body = body;
    }

    boolean isGzip() {
        return body.isGzip();
    }

    @Override
    public int available() {
        return state.get() == State.WAITING ? body.size() : 0;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        if (!state.compareAndSet(State.WAITING, State.COPYING)) {
            return 0;
        }
        try {
            body.writeTo(target);
        } finally {
            state.set(State.GIVEN_BACK);
            body.release();
        }
        return body.size();
    }

    /** The call is over, and nobody copies from here on. Idempotent; any thread. */
    void end() {
        if (state.compareAndSet(State.WAITING, State.GIVEN_BACK)) {
            body.release();
        }
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("a body is drained, not read");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        throw new UnsupportedOperationException("a body is drained, not read");
    }
}
