package io.sluice.runtime;

/**
 * Gives way once: ready when every other task that is ready now, and the drivers, have had a turn.
 *
 * <p>Follows {@code tokio::task::yield_now}. Use once; owner only.
 */
public final class Yield implements Future<Void> {

    private boolean yielded;

    private Yield() {}

    /** A future that is pending in its first poll and ready in its second. */
    public static Yield now() {
        return new Yield();
    }

    @Override
    public Poll<Void> poll(Context cx) {
        if (yielded) {
            return Poll.ready();
        }
        yielded = true;
        cx.yieldTurn();
        return Poll.pending();
    }
}
