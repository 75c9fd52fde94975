package io.sluice.runtime.io;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Work on the blocking pool that fails with what it threw itself, and whose undelivered result is closed. */
public final class Blocking {

    private Blocking() {}

    /**
     * What {@code work} gives, on a thread of the blocking pool from the first poll on. Fails with the exception that it
     * threw, and with {@link JoinException} if the runtime ended before.
     *
     * <p>Cancelled before it began, the work never begins. Cancelled later it goes on to its end, nobody is told what it
     * threw, and what it gave is closed if it is an {@link AutoCloseable}: a file, a connection.
     */
    public static <T> Future<T> call(Handle handle, Callable<T> work) {
        return new Call<>(requireNonNull(handle, "handle"), requireNonNull(work, "work"));
    }

    /** Owner only, but for {@link #delivery}. */
    private static final class Call<T> implements Future<T> {

        private final Handle handle;
        private final Callable<T> work;
        private final Delivery delivery = new Delivery();

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
            return delivery.hand(work.call());
        }

        /** The handle is not detached: what the work fails with from here on is nobody's concern. */
        @Override
        public void cancel() {
            JoinHandle<T> current = running;
            running = null;
            if (current != null) {
                current.abort();
                delivery.refuse();
            }
        }
    }
}
