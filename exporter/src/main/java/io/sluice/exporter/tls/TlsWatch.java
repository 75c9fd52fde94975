package io.sluice.exporter.tls;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Sleep;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the files of {@link TlsContexts} time and again.
 *
 * <pre>
 *   sleeping --interval--> looking, on a thread that may wait --done--> sleeping
 * </pre>
 *
 * All fields: whoever polls or cancels.
 */
final class TlsWatch implements Future<Void> {

    private final TlsContexts contexts;
    private final Handle handle;
    private final Runnable replaced;

    private @Nullable Sleep sleep;
    private @Nullable JoinHandle<Boolean> looking;

    TlsWatch(TlsContexts contexts, Handle handle, Runnable replaced) {
        this.contexts = contexts;
        this.handle = handle;
        this.replaced = replaced;
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        TlsSettings settings = contexts.settings();
        if (!settings.hasFiles() || settings.reloadInterval().isZero()) {
            return Poll.ready();
        }
        while (true) {
            if (looking != null) {
                Poll<Boolean> looked = pollLooked(cx, looking);
                if (looked.isPending()) {
                    return Poll.pending();
                }
                looking = null;
                if (looked.get()) {
                    replaced.run();
                }
            }
            if (sleep == null) {
                sleep = handle.sleep(settings.reloadInterval());
            }
            if (!sleep.pollElapsed(cx)) {
                return Poll.pending();
            }
            sleep = null;
            looking = handle.spawnBlocking(contexts::look);
        }
    }

    private Poll<Boolean> pollLooked(Context cx, JoinHandle<Boolean> look) throws JoinException {
        try {
            return look.poll(cx);
        } catch (JoinException e) {
            looking = null;
            throw e;
        }
    }

    @Override
    public void cancel() {
        if (sleep != null) {
            sleep.cancel();
            sleep = null;
        }
        if (looking != null) {
            looking.abort();
            looking.detach();
            looking = null;
        }
    }
}
