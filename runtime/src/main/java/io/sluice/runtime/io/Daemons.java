package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/** Threads that do for a task what only a thread that waits can do. */
final class Daemons {

    private Daemons() {}

    /** A daemon that keeps nothing of the application alive: no context class loader, no inherited thread-locals. */
    static Thread make(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /** For polls by the current thread, which waits in between by parking. */
    static Context waitingContext() {
        Thread thread = Thread.currentThread();
        return Context.of(() -> LockSupport.unpark(thread));
    }

    static void writeAll(Pipe pipe, Context here, ByteBuffer bytes) throws IOException {
        ByteBuffer[] sources = {bytes};
        while (bytes.hasRemaining()) {
            if (pipe.pollWrite(here, sources, 0, 1) == AsyncIo.PENDING) {
                LockSupport.park(pipe);
            }
        }
    }

    /** As {@link Pipe#pollRead}, but waits. */
    static int read(Pipe pipe, Context here, ByteBuffer target) throws IOException {
        int read = pipe.pollRead(here, target);
        while (read == AsyncIo.PENDING) {
            LockSupport.park(pipe);
            read = pipe.pollRead(here, target);
        }
        return read;
    }
}
