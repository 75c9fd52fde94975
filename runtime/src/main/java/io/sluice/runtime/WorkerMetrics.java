package io.sluice.runtime;

/**
 * A look at one worker of a runtime. Counters begin at 0 and only grow; those marked (*) are brought up to
 * date when the worker sleeps, and every 61 turns while it is busy.
 *
 * @param localDepth ready tasks in its own ring
 * @param polls of tasks
 * @param localSchedules tasks that were queued by its own thread
 * @param parks how often it went to sleep
 * @param parkUnparks sleeps begun plus sleeps ended: odd while it sleeps, even while it is awake
 * @param noops wake-ups after which it found nothing to do
 * @param stolenTasks tasks that it took from other workers' rings
 * @param stealOperations how often it took some
 * @param overflows (*) how often its ring was full and half of it went to the injection queue
 * @param forcedYields (*) how often a task was told to give way because its budget was spent
 * @param busyNanos (*) time awake
 * @param meanPollNanos (*) of the latest polls, weighted exponentially
 * @param pollNanos how long polls took; empty unless the runtime was built with poll histograms
 * @param waitNanos how long ready tasks waited for their poll; empty unless the runtime was built with poll histograms
 */
public record WorkerMetrics(
        int localDepth,
        long polls,
        long localSchedules,
        long parks,
        long parkUnparks,
        long noops,
        long stolenTasks,
        long stealOperations,
        long overflows,
        long forcedYields,
        long busyNanos,
        long meanPollNanos,
        HistogramSnapshot pollNanos,
        HistogramSnapshot waitNanos) {}
