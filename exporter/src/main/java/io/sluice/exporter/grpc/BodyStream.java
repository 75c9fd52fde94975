package io.sluice.exporter.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.sluice.exporter.transport.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A request's bytes on their way into grpc-java, which copies them once, whenever it has a connection, and on whatever
 * thread that is. Whoever has copied them gives the body's memory back; if nobody ever does, because the call ended
 * before, it is left to the collector, for a copy may just be under way.
 */
final class BodyStream extends InputStream implements Drainable, KnownLength {

    private final RequestBody body;
    private boolean drained;

    BodyStream(RequestBody body) {
        this.body = body;
    }

    @Override
    public int available() {
        return drained ? 0 : body.size();
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        if (drained) {
            return 0;
        }
        drained = true;
        int size = body.size();
        try {
            body.writeTo(target);
        } finally {
            body.release();
        }
        return size;
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
