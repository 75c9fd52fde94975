package io.sluice.runtime.time;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;

/** Ready once a deadline has passed. */
public final class Sleep implements Future<Void> {

    @Override
    public Poll<Void> poll(Context cx) {
        return Poll.pending();
    }
}
