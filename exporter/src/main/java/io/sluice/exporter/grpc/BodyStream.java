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
 *   WAITING --drainTo--> COPYING --> COPIED
 *      \------ end ---> ENDED
 * </pre>
 *
 * <p>A second copy throws: of a body that is gone it would be an empty request, to which a destination says yes.
 */
final class BodyStream extends InputStream implements Drainable, KnownLength {

    private enum State {
        WAITING,
        COPYING,
        COPIED,
        ENDED
    }

    private final RequestBody body;

    /** Any thread. Who moves it on to COPIED or ENDED gives the memory back. */
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
            if (state.get() != State.ENDED) {
                throw new IllegalStateException("a request's bytes are copied once");
            }
            return 0;
        }
        try {
            body.writeTo(target);
        } finally {
            state.set(State.COPIED);
            body.release();
        }
        return body.size();
    }

    /** The call is over, and nobody copies from here on. Idempotent; any thread. */
    void end() {
        if (state.compareAndSet(State.WAITING, State.ENDED)) {
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
