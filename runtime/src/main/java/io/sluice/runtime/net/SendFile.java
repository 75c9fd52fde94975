package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way to a socket without passing through the JVM; see {@link SocketStream#sendFile}.
 *
 * <pre>
 *   wait until the socket may take something  -->  one slice on the blocking pool, which the disk may hold up
 *              ^                                                     |
 *              +------- it took less than the slice -----------------+
 * </pre>
 *
 * Owner only, but for the slice itself.
 */
final class SendFile implements Future<Long> {

    /** One piece of work: large against the hop to another thread, small against what must be waited for at the end. */
    private static final long SLICE_BYTES = 2 << 20;

    private final Handle handle;
    private final SocketStream stream;
    private final FileChannel file;
    private final long end;
    private final long start;
    private long position;

    private @Nullable JoinHandle<Long> slice;

    /** What was observed before the slice began. */
    private int observed;

    SendFile(Handle handle, SocketStream stream, FileChannel file, long position, long count) {
        this.handle = handle;
        this.stream = stream;
        this.file = file;
        this.start = position;
        this.position = position;
        this.end = Math.addExact(position, count);
    }

    @Override
    public Poll<Long> poll(Context cx) throws IOException {
        while (true) {
            JoinHandle<Long> current = slice;
            if (current == null) {
                if (position == end) {
                    return Poll.ready(position - start);
                }
                observed = stream.registration().poll(cx, Readiness.WRITE);
                if (observed == Registration.NOT_READY) {
                    return Poll.pending();
                }
                stream.registration().ensureOpen();
                current = startSlice(position, Math.min(SLICE_BYTES, end - position));
                slice = current;
            }
            Poll<Long> moved = pollSlice(cx, current);
            if (moved.isPending()) {
                return Poll.pending();
            }
            slice = null;
            if (moved.get() == FILE_ENDED) {
                return Poll.ready(position - start);
            }
            advance(moved.get());
        }
    }

    /** Instead of a count. */
    private static final long FILE_ENDED = -1;

    private JoinHandle<Long> startSlice(long from, long count) {
        return handle.spawnBlocking(() -> {
            long moved = stream.transferFrom(file, from, count);
            return moved == 0 && from >= file.size() ? FILE_ENDED : moved;
        });
    }

    private static Poll<Long> pollSlice(Context cx, JoinHandle<Long> slice) throws IOException {
        try {
            return slice.poll(cx);
        } catch (JoinException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getMessage(), e);
        }
    }

    private void advance(long moved) {
        long asked = Math.min(SLICE_BYTES, end - position);
        position += moved;
        if (moved < asked) {
            // The socket is full, or the file has ended; the next slice finds out which.
            stream.registration().clear(Readiness.WRITE, observed);
        }
    }

    @Override
    public void cancel() {
        JoinHandle<Long> current = slice;
        slice = null;
        if (current != null) {
            current.abort(); // and not detached: what it fails with is nobody's concern
        }
    }
}
