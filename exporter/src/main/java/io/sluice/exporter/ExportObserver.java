package io.sluice.exporter;

/**
 * Hears of each attempt and each export when it is over, for figures that cannot be read from {@link PipelineStats}
 * later. Called on the runtime's workers, several at once: it must neither wait nor throw.
 */
public interface ExportObserver {

    /** Of an attempt that every item was taken by. */
    String NO_ERROR = "";

    /**
     * An attempt is over.
     *
     * @param nanos from its start to its answer or its end without one
     * @param error {@link #NO_ERROR}, or the kind of failure as in {@link PipelineStats.Attempts#failed()}
     */
    void attemptEnded(long nanos, String error);

    /**
     * An export is over: its batch is settled.
     *
     * @param nanos from the start of the first attempt, waits between attempts included
     * @param error {@link #NO_ERROR} if every item was delivered; otherwise {@code rejected} or the reason why items were
     *     dropped
     */
    void exportEnded(long nanos, String error);

    /** Listens to nothing. */
    ExportObserver NONE = new ExportObserver() {
        @Override
        public void attemptEnded(long nanos, String error) {}

        @Override
        public void exportEnded(long nanos, String error) {}
    };
}
