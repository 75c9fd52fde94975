package io.sluice.runtime;

/**
 * The budget of one task for one turn on a worker, so that a task whose inputs are always ready still gives way.
 *
 * <p>Owned by the worker that polls the task: worker thread only, no synchronisation. A leaf future asks
 * {@link Context#proceed()} before it works and says {@link Context#madeProgress()} when it returned a result; polls
 * that end pending cost nothing. Follows {@code tokio::task::coop}.
 */
public final class Coop {

    /** Results a task may take in one turn; Tokio's figure, large enough that a batch of messages is not cut up. */
    public static final int BUDGET = 128;

    private static final int UNCONSTRAINED = -1;

    // Worker thread only.
    private int remaining;
    private long forcedYields;

    private Coop(int remaining) {
        this.remaining = remaining;
    }

    /** A budget for a task's turn; {@link #refill()} starts the next turn. */
    public static Coop limited() {
        return new Coop(BUDGET);
    }

    /** A budget that never ends, for threads and tests that poll by hand. */
    public static Coop unconstrained() {
        return new Coop(UNCONSTRAINED);
    }

    /** Starts a new turn. */
    public void refill() {
        if (remaining != UNCONSTRAINED) {
            remaining = BUDGET;
        }
    }

    /** Whether another result may be taken in this turn. */
    public boolean hasRemaining() {
        return remaining != 0;
    }

    /** How often a task was told to give way. */
    public long forcedYields() {
        return forcedYields;
    }

    void forcedYield() {
        forcedYields++;
    }

    void spend() {
        if (remaining > 0) {
            remaining--;
        }
    }
}
