package io.sluice.exporter;

import io.sluice.batching.BatchDefaults;
import io.sluice.batching.BatchSettings;
import io.sluice.exporter.retry.RetryDefaults;
import io.sluice.exporter.transport.HttpTransportSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** The values that {@link PipelineSettings} take where nobody set them, and why. */
public final class PipelineDefaults {

    /**
     * Exports of one signal in flight. A collector that answers after 200 ms is then asked 40 times a second, which at
     * 512 items a batch just carries 20,000 items a second and with batches that grow carries far more. Each also costs
     * a connection and up to one batch of memory.
     */
    public static final int MAX_CONCURRENT_EXPORTS = 8;

    /** Upstream's figure; a host that does not answer SYN is given up before the export's own limit would. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * A load balancer, or a name that moves, is noticed within five minutes, and one handshake in that time costs
     * nothing that can be measured.
     */
    public static final Duration MAX_CONNECTION_AGE = Duration.ofMinutes(5);

    /** The specification's {@code OTEL_EXPORTER_OTLP_TIMEOUT}, here for one attempt and not for all of them together. */
    public static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(10);

    /** The specification's {@code OTEL_BSP_EXPORT_TIMEOUT}; here the limit of a flush's wait. */
    public static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(30);

    /**
     * Level 1 of 9: of what telemetry shrinks to, level 6, the usual one, saves another tenth, and it takes two to three
     * times as long, which makes it the largest part of what an exporter or a sidecar costs.
     */
    public static final int COMPRESSION_LEVEL = 1;

    /** The OTLP specification's recommended limit. */
    public static final int MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

    /** The OTLP specification's recommended limit for OTLP/HTTP, which applies before compression. */
    public static final int MAX_REQUEST_BYTES = 64 * 1024 * 1024;

    /** What gRPC servers, and with them the Collector's receiver, take by default. */
    public static final int MAX_GRPC_REQUEST_BYTES = 4 * 1024 * 1024;

    private PipelineDefaults() {}

    /** All defaults of a signal's pipeline to {@code endpoint}, the full URL. */
    public static PipelineSettings settings(Signal signal, URI endpoint) {
        return new PipelineSettings(
                batch(signal), RetryDefaults.settings(), http(endpoint), MAX_CONCURRENT_EXPORTS, MAX_REQUEST_BYTES);
    }

    /** Batching defaults of {@code signal}; signals differ in how long a batch may wait. */
    public static BatchSettings batch(Signal signal) {
        return BatchDefaults.settings(
                switch (signal) {
                    case TRACES, PROFILES -> BatchDefaults.SPAN_AGE;
                    case METRICS -> BatchDefaults.METRIC_AGE;
                    case LOGS -> BatchDefaults.LOG_AGE;
                });
    }

    /** Transport defaults; no compression, as the specification says. */
    public static HttpTransportSettings http(URI endpoint) {
        return new HttpTransportSettings(
                endpoint, Map.of(), Compression.NONE, CONNECT_TIMEOUT, EXPORT_TIMEOUT, MAX_RESPONSE_BYTES);
    }
}
