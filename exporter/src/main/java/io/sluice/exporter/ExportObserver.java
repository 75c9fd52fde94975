package io.sluice.exporter;

import java.util.Optional;

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
     * @param code the status of the answer, if there was one and the transport tells
     */
    void attemptEnded(long nanos, String error, Optional<AnswerCode> code);

    /**
     * An export is over: its batch is settled.
     *
     * @param nanos from the start of the first attempt, waits between attempts included
     * @param error {@link #NO_ERROR} if every item was delivered; otherwise {@code rejected} or the reason why items were
     *     dropped
     * @param code the status of the last attempt's answer, if there was one and the transport tells
     */
    void exportEnded(long nanos, String error, Optional<AnswerCode> code);

    /** Listens to nothing. */
    ExportObserver NONE = new ExportObserver() {
        @Override
        public void attemptEnded(long nanos, String error, Optional<AnswerCode> code) {}

        @Override
        public void exportEnded(long nanos, String error, Optional<AnswerCode> code) {}
    };
}
