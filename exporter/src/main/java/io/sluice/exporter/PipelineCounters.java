package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.HistogramSnapshot;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What one pipeline counts beside its account; a few additions for each batch, none for an item. Any thread. */
final class PipelineCounters {

    private final FailureLog failures;
    private final LongAdder exportedItems = new LongAdder();
    private final LongAdder encodedBytes = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong inFlightItems = new AtomicLong();
    private final AtomicLong heldBytes = new AtomicLong();
    private final NanosHistogram exportNanos = new NanosHistogram();

    private final LongAdder attempts = new LongAdder();
    private final Map<AttemptFailure, LongAdder> failed = new EnumMap<>(AttemptFailure.class);
    private final LongAdder backoffNanos = new LongAdder();
    private final NanosHistogram attemptNanos = new NanosHistogram();

    /** Set by whoever wants to hear; any thread reads. */
    private volatile ExportObserver observer = ExportObserver.NONE;

    /** @param failures is told of an observer that throws */
    PipelineCounters(FailureLog failures) {
        this.failures = requireNonNull(failures, "failures");
        for (AttemptFailure failure : AttemptFailure.values()) {
            failed.put(failure, new LongAdder());
        }
    }

    void observer(ExportObserver listener) {
        observer = requireNonNull(listener, "listener");
    }

    void exportBegan(long items, long bytes) {
        exportedItems.add(items);
        encodedBytes.add(bytes);
        inFlight.incrementAndGet();
        inFlightItems.addAndGet(items);
        heldBytes.addAndGet(bytes);
    }

    /** @param error as {@link ExportObserver#exportEnded} has it */
    void exportEnded(long items, long bytes, long nanos, String error, Optional<AnswerCode> code) {
        inFlight.decrementAndGet();
        inFlightItems.addAndGet(-items);
        heldBytes.addAndGet(-bytes);
        exportNanos.record(nanos);
        tell(listener -> listener.exportEnded(nanos, error, code));
    }

    void attemptBegan() {
        attempts.increment();
    }

    /** An attempt with every item taken. */
    void attemptDelivered(long nanos, Optional<AnswerCode> code) {
        attemptNanos.record(nanos);
        tell(listener -> listener.attemptEnded(nanos, ExportObserver.NO_ERROR, code));
    }

    void attemptFailed(long nanos, AttemptFailure failure, Optional<AnswerCode> code) {
        requireNonNull(failed.get(failure), "failure").increment();
        switch (failure) {
            case RETRY_LATER, REJECTED, PARTLY_REJECTED -> attemptNanos.record(nanos);
            case UNREACHABLE, ABANDONED, BROKEN -> {
                // Not answered: how long that took is a matter of our limits.
            }
        }
        tell(listener -> listener.attemptEnded(nanos, failure.key(), code));
    }

    /** One that throws must not make an attempt fail that did not; it hears no more. */
    private void tell(Consumer<ExportObserver> news) {
        try {
            news.accept(observer);
        } catch (RuntimeException | LinkageError bug) {
            observer = ExportObserver.NONE;
            failures.broken(0, "an observer threw and hears no more", bug);
        }
    }

    void backsOff(long nanos) {
        backoffNanos.add(nanos);
    }

    long heldBytes() {
        return heldBytes.get();
    }

    long encodedBytes() {
        return encodedBytes.sum();
    }

    PipelineStats.Exports exports(int permits, int permitsInUse) {
        return new PipelineStats.Exports(
                exportedItems.sum(),
                inFlight.get(),
                inFlightItems.get(),
                permits,
                permitsInUse,
                exportNanos.snapshot());
    }

    PipelineStats.Attempts attempts() {
        SortedMap<String, Long> failedNow = new TreeMap<>();
        failed.forEach((failure, count) -> {
            if (count.sum() != 0) {
                failedNow.put(failure.key(), count.sum());
            }
        });
        HistogramSnapshot nanos = attemptNanos.snapshot();
        return new PipelineStats.Attempts(attempts.sum(), failedNow, backoffNanos.sum(), nanos);
    }
}
