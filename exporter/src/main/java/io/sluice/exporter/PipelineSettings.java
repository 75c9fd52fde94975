package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.BatchSettings;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.transport.HttpTransportSettings;

/**
 * Everything that one signal's pipeline obeys.
 *
 * @param maxConcurrentExports exports of this signal in flight at once; at least 1
 */
public record PipelineSettings(
        BatchSettings batch, RetrySettings retry, HttpTransportSettings transport, int maxConcurrentExports) {

    public PipelineSettings {
        requireNonNull(batch, "batch");
        requireNonNull(retry, "retry");
        requireNonNull(transport, "transport");
        if (maxConcurrentExports < 1) {
            throw new IllegalArgumentException(
                    "maxConcurrentExports is " + maxConcurrentExports + "; allowed: at least 1");
        }
    }
}
