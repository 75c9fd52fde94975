package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Clock;
import java.util.Optional;

/**
 * Counts and times each attempt of one export, and is otherwise the transport that it wraps. Attempts of one export come
 * one after the other; the task's alone.
 */
final class MeasuredTransport implements Transport {

    private final Transport transport;
    private final PipelineCounters counters;
    private final Clock clock;

    /** Of the last attempt that ended. */
    private Optional<AnswerCode> lastCode = Optional.empty();

    MeasuredTransport(Transport transport, PipelineCounters counters, Clock clock) {
        this.transport = requireNonNull(transport, "transport");
        this.counters = requireNonNull(counters, "counters");
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public Future<ExportResult> send(Payload payload) {
        return new Attempt(transport.send(payload));
    }

    @Override
    public Future<Void> shutdown() {
        return transport.shutdown();
    }

    /** The status of the last answer; empty if the last attempt had none. */
    Optional<AnswerCode> lastCode() {
        return lastCode;
    }

    /** Begins with the first poll. All fields: whoever polls or cancels. */
    private final class Attempt implements Future<ExportResult> {

        private final Future<ExportResult> sent;
        private boolean underway;
        private long startNanos;

        Attempt(Future<ExportResult> sent) {
            this.sent = sent;
        }

        @Override
        public Poll<ExportResult> poll(Context cx) throws Exception {
            if (!underway) {
                underway = true;
                startNanos = clock.nanoTime();
                counters.attemptBegan();
            }
            boolean threw = true;
            try {
                Poll<ExportResult> polled = sent.poll(cx);
                threw = false;
                if (polled.isReady()) {
                    ended(polled.get());
                }
                return polled;
            } finally {
                if (threw) {
                    failed(AttemptFailure.BROKEN);
                }
            }
        }

        private void ended(ExportResult result) {
            if (result instanceof ExportResult.Delivered) {
                underway = false;
                lastCode = code();
                counters.attemptDelivered(clock.nanoTime() - startNanos, lastCode);
            } else {
                failed(failureOf(result));
            }
        }

        private void failed(AttemptFailure failure) {
            if (underway) {
                underway = false;
                lastCode = code();
                counters.attemptFailed(clock.nanoTime() - startNanos, failure, lastCode);
            }
        }

        private Optional<AnswerCode> code() {
            return sent instanceof CodedAttempt coded ? coded.code() : Optional.empty();
        }

        @Override
        public void cancel() {
            sent.cancel();
            failed(AttemptFailure.ABANDONED);
        }
    }

    private static AttemptFailure failureOf(ExportResult result) {
        if (result instanceof ExportResult.RetryAfter) {
            return AttemptFailure.RETRY_LATER;
        } else if (result instanceof ExportResult.PartiallyRejected) {
            return AttemptFailure.PARTLY_REJECTED;
        } else if (result instanceof ExportResult.Unreachable) {
            return AttemptFailure.UNREACHABLE;
        }
        return AttemptFailure.REJECTED;
    }
}
