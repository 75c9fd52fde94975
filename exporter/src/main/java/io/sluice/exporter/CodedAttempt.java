package io.sluice.exporter;

import io.sluice.runtime.Future;
import java.util.Optional;

/** An attempt that knows the status of its answer, for statistics. Whoever polls asks. */
public interface CodedAttempt extends Future<ExportResult> {

    /** Meaningful once the attempt has ended; empty if the peer did not answer. */
    Optional<AnswerCode> code();
}
