package io.sluice.runtime.scheduler;

import io.sluice.runtime.Priority;
import io.sluice.runtime.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * One worker's choice between the levels: urgent first, background last, but each that is ready gets a poll out of every
 * {@link Priority#POLLS_PER_GUARANTEE}. Worker thread only.
 */
final class LaneTurns {

    private final Lanes lanes;

    /** Polls from which on it is another level's turn; the rest is kept for the turn that is under way. */
    private final int patience;

    /** The worker's count of polls when the level last had its turn, or had nothing ready. */
    private long normalAt;

    private long backgroundAt;

    /** @param pollsPerTurn how many polls may pass between two questions */
    LaneTurns(Lanes lanes, int pollsPerTurn) {
        this.lanes = lanes;
        this.patience = Priority.POLLS_PER_GUARANTEE - pollsPerTurn;
    }

    /** A task that goes before the normal ones now; null if it is their turn. */
    @Nullable
    Task<?> beforeNormal(long polls) {
        if (lanes.background.isEmpty()) {
            backgroundAt = polls;
        } else if (polls - backgroundAt >= patience) {
            backgroundAt = polls;
            return lanes.background.pop();
        }
        if (!lanes.urgent.isEmpty() && polls - normalAt < patience) {
            return lanes.urgent.pop();
        }
        normalAt = polls;
        return null;
    }

    /** A task for when no normal one is ready; null if there is none at all. */
    @Nullable
    Task<?> insteadOfNormal(long polls) {
        Task<?> task = lanes.urgent.pop();
        if (task == null) {
            task = lanes.background.pop();
            backgroundAt = polls;
        }
        return task;
    }
}
