package io.sluice.runtime.fs;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.Blocking;
import java.io.IOException;

/** {@link Blocking} work that gives nothing. */
final class FileWork {

    private FileWork() {}

    /** Something that gives nothing. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    static Future<Void> run(Handle handle, Action action) {
        Future<Boolean> call = Blocking.call(handle, () -> {
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
}
