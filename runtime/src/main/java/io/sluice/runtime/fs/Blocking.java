package io.sluice.runtime.fs;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Work on the blocking pool that fails with what it threw itself, and whose undelivered result is closed. */
final class Blocking {

    private Blocking() {}

    static <T> Future<T> call(Handle handle, Callable<T> work) {
        return new Call<>(handle, work);
    }

    /** Something that gives nothing. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    static Future<Void> run(Handle handle, Action action) {
        Future<Boolean> call = call(handle, () -> {
            action.run();
            return true;
        });
        return new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) throws Exception {
                return call.poll(cx).isPending() ? Poll.pending() : Poll.ready();
            }

            @Override
            public void cancel() {
                call.cancel();
            }
        };
    }

    /** What the work threw, or that it was cancelled. */
    static IOException unwrapped(JoinException e) {
        return e.getCause() instanceof IOException failure ? failure : new IOException(e.getMessage(), e);
    }

    static void closeQuietly(Object closeable) {
        try {
            if (closeable instanceof AutoCloseable open) {
                open.close();
            }
        } catch (Exception e) {
            return; // nothing is left that anybody could still do
        }
    }

    /** Owner only, but for {@link #outcome}. */
    private static final class Call<T> implements Future<T> {

        private static final Object CANCELLED = new Object();

        private final Handle handle;
        private final Callable<T> work;

        /** The result, or CANCELLED: whoever comes second sees to a result that nobody will get. */
        private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();

        private @Nullable JoinHandle<T> running;

        Call(Handle handle, Callable<T> work) {
            this.handle = handle;
            this.work = work;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            JoinHandle<T> current = running;
            if (current == null) {
                current = handle.spawnBlocking(this::work);
                running = current;
            }
            try {
                Poll<T> polled = current.poll(cx);
                if (polled.isReady()) {
                    running = null;
                }
                return polled;
            } catch (JoinException e) {
                running = null;
                throw e.getCause() instanceof Exception failure ? failure : e;
            }
        }

        private T work() throws Exception {
            T result = work.call();
            if (!outcome.compareAndSet(null, result)) {
                closeQuietly(result);
            }
            return result;
        }

        /** The handle is not detached: what the work fails with from here on is nobody's concern. */
        @Override
        public void cancel() {
            JoinHandle<T> current = running;
            running = null;
            if (current != null) {
                current.abort();
                Object undelivered = outcome.getAndSet(CANCELLED);
                if (undelivered != null) {
                    closeQuietly(undelivered);
                }
            }
        }
    }
}
