package io.sluice.exporter;

import io.sluice.batching.DropReason;
import io.sluice.runtime.Future;
import io.sluice.runtime.sync.CancellationToken;

/** Tells all exports of a destination to end at once, and what to count. Any thread. */
final class AbortSignal {

    private final CancellationToken token = new CancellationToken();

    /** Written once, by the batch loop's task, before the token is cancelled; any thread reads. */
    private volatile DropReason reason = DropReason.ABORTED;

    /** Only the first reason counts. Batch loop's task only. */
    void raise(DropReason why) {
        if (!token.isCancelled()) {
            reason = why;
            token.cancel();
        }
    }

    /** Ready once raised. */
    Future<Void> raised() {
        return token.cancelled();
    }

    /** Meaningful once raised. */
    DropReason reason() {
        return reason;
    }

    /** Futures that wait, for leak checks. */
    int waiters() {
        return token.waiters();
    }
}
