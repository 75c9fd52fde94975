package io.sluice.config;

import java.time.Duration;

/**
 * What only the sidecar obeys.
 *
 * @param listen where it takes requests
 * @param maxCustodyBytes of all requests held; beyond it requests are refused
 * @param maxRequestBytes of one request, also after decompression
 * @param maxConnections open at once
 * @param batchDelay how long the first part of a merged request waits
 */
public record SidecarOptions(
        HostPort listen, long maxCustodyBytes, int maxRequestBytes, int maxConnections, Duration batchDelay) {}
