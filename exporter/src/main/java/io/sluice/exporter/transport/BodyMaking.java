package io.sluice.exporter.transport;

import io.sluice.exporter.Compression;
import io.sluice.exporter.Payload;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request's bytes out of its payload, compressing them if asked to: at once if that is quick, else on a blocking
 * thread. Empty if the runtime is shutting down and has no such threads any more.
 *
 * <p>All fields: whoever polls or cancels.
 */
public final class BodyMaking implements Future<Optional<RequestBody>> {

    private final Handle handle;
    private final Payload payload;
    private final Compression compression;
    private final RequestBody.Pool pool;

    private @Nullable JoinHandle<RequestBody> compressing;

    /** Whoever is given the body releases it whatever becomes of it: the payload lends its memory. */
    public BodyMaking(Handle handle, Payload payload, Compression compression, RequestBody.Pool pool) {
        this.handle = handle;
        this.payload = payload;
        this.compression = compression;
        this.pool = pool;
    }

    @Override
    public Poll<Optional<RequestBody>> poll(Context cx) throws Exception {
        if (compressing == null) {
            if (compression == Compression.NONE) {
                return Poll.ready(Optional.of(RequestBody.held(payload)));
            }
            ByteBuffer[] parts = payload.body();
            int size = payload.bytes();
            if (size <= Gzip.SMALL_BYTES) {
                return Poll.ready(Optional.of(RequestBody.compressed(parts, size, pool)));
            }
            compressing = handle.spawnBlocking(() -> RequestBody.compressed(parts, size, pool));
        }
        return pollCompressed(cx, compressing);
    }

    private Poll<Optional<RequestBody>> pollCompressed(Context cx, JoinHandle<RequestBody> work) throws JoinException {
        try {
            Poll<RequestBody> compressed = work.poll(cx);
            if (compressed.isPending()) {
                return Poll.pending();
            }
            compressing = null;
            return Poll.ready(Optional.of(compressed.get()));
        } catch (JoinException e) {
            compressing = null;
            if (e.isCancelled()) {
                return Poll.ready(Optional.empty());
            }
            throw e;
        }
    }

    @Override
    public void cancel() {
        if (compressing != null) {
            compressing.abort();
            compressing.detach();
            compressing = null;
        }
    }
}
