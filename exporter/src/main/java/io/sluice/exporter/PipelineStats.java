package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.AccountSnapshot;
import io.sluice.runtime.HistogramSnapshot;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The figures of one pipeline at one moment. Each is read by itself, so that they may differ by what happened meanwhile;
 * counters never fall.
 *
 * @param account what became of each item
 * @param unsent of the items dropped, those that never reached an export, by reason
 */
public record PipelineStats(
        Signal signal,
        AccountSnapshot account,
        SortedMap<String, Long> unsent,
        Queue queue,
        Exports exports,
        Attempts attempts,
        Bytes bytes) {

    /**
     * The inbox.
     *
     * @param items that wait now
     * @param capacity the most that wait
     * @param waitingProducers tasks and threads that wait for room
     */
    public record Queue(int items, int capacity, int waitingProducers) {}

    /**
     * Batches on their way, from the encoding to the last attempt, waits between attempts included.
     *
     * @param items handed over to exports so far
     * @param inFlight batches on their way now
     * @param inFlightItems the items in them
     * @param permits exports that may be at the destination at once
     * @param permitsInUse how many are
     * @param nanos how long exports took, from the first attempt to the last, whatever their end
     */
    public record Exports(
            long items, int inFlight, long inFlightItems, int permits, int permitsInUse, HistogramSnapshot nanos) {}

    /**
     * Single requests.
     *
     * @param count attempts begun
     * @param failed those that did not end with every item taken, by kind; kinds that never occurred are absent
     * @param backoffNanos waits between attempts, planned so far
     * @param nanos how long attempts took that were answered
     */
    public record Attempts(long count, SortedMap<String, Long> failed, long backoffNanos, HistogramSnapshot nanos) {
        public Attempts {
            failed = Collections.unmodifiableSortedMap(new TreeMap<>(failed));
            requireNonNull(nanos, "nanos");
        }
    }

    /**
     * Bytes of requests.
     *
     * @param held encoded and not settled now
     * @param inRetryRoom of these, the ones that wait without a permit
     * @param encoded encoded so far, each batch once, before compression
     * @param sent written to connections so far, protocol included; 0 if the transport does not tell
     * @param received read from connections so far; 0 if the transport does not tell
     * @param connections open now; 0 if the transport does not tell
     */
    public record Bytes(long held, long inRetryRoom, long encoded, long sent, long received, int connections) {}

    public PipelineStats {
        requireNonNull(signal, "signal");
        requireNonNull(account, "account");
        unsent = Collections.unmodifiableSortedMap(new TreeMap<>(unsent));
        requireNonNull(queue, "queue");
        requireNonNull(exports, "exports");
        requireNonNull(attempts, "attempts");
        requireNonNull(bytes, "bytes");
    }

    /** Both together, of two pipelines that share an account and a transport. */
    public PipelineStats plus(PipelineStats other) {
        SortedMap<String, Long> failed = new TreeMap<>(attempts.failed());
        other.attempts.failed().forEach((kind, times) -> failed.merge(kind, times, Long::sum));
        return new PipelineStats(
                signal,
                account,
                unsent,
                new Queue(
                        queue.items() + other.queue.items(),
                        queue.capacity() + other.queue.capacity(),
                        queue.waitingProducers() + other.queue.waitingProducers()),
                new Exports(
                        exports.items() + other.exports.items(),
                        exports.inFlight() + other.exports.inFlight(),
                        exports.inFlightItems() + other.exports.inFlightItems(),
                        exports.permits() + other.exports.permits(),
                        exports.permitsInUse() + other.exports.permitsInUse(),
                        exports.nanos().plus(other.exports.nanos())),
                new Attempts(
                        attempts.count() + other.attempts.count(),
                        failed,
                        attempts.backoffNanos() + other.attempts.backoffNanos(),
                        attempts.nanos().plus(other.attempts.nanos())),
                new Bytes(
                        bytes.held() + other.bytes.held(),
                        bytes.inRetryRoom() + other.bytes.inRetryRoom(),
                        bytes.encoded() + other.bytes.encoded(),
                        bytes.sent(),
                        bytes.received(),
                        bytes.connections()));
    }
}
