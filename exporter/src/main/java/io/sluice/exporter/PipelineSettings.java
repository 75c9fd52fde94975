package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.BatchSettings;
import io.sluice.exporter.retry.RetrySettings;
import java.time.Duration;

/**
 * Everything that one signal's pipeline obeys.
 *
 * @param maxConcurrentExports exports of this signal in flight at once; at least 1
 * @param maxRequestBytes a request that is larger before compression is not sent but divided; at least 1
 */
public record PipelineSettings(
        BatchSettings batch,
        RetrySettings retry,
        TransportSettings transport,
        int maxConcurrentExports,
        int maxRequestBytes) {

    private static final Duration MARGIN = Duration.ofMillis(500);

    private static final Duration FOR_EVER = Duration.ofDays(365);

    public PipelineSettings {
        requireNonNull(batch, "batch");
        requireNonNull(retry, "retry");
        requireNonNull(transport, "transport");
        if (maxConcurrentExports < 1) {
            throw new IllegalArgumentException(
                    "maxConcurrentExports is " + maxConcurrentExports + "; allowed: at least 1");
        }
        if (maxRequestBytes < 1) {
            throw new IllegalArgumentException("maxRequestBytes is " + maxRequestBytes + "; allowed: at least 1");
        }
    }

    /**
     * When the pipeline itself ends an attempt. A little later than the transport does, for the transport knows what
     * the attempt was waiting for; this is for a transport that does not keep its limit.
     */
    Duration attemptTimeout() {
        return plus(transport.exportTimeout(), MARGIN);
    }

    /** "For ever" is as long as a duration can be and cannot be added to. */
    static Duration plus(Duration limit, Duration more) {
        return limit.compareTo(FOR_EVER) < 0 ? limit.plus(more) : FOR_EVER;
    }
}
