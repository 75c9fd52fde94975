package io.sluice.config;

import java.time.Duration;

/**
 * What only the sidecar obeys.
 *
 * @param receiver where and how it takes requests
 * @param custody what it holds and for whom
 * @param batchDelay how long the first part of a merged request waits
 * @param selfMetricsInterval between the sidecar's own metrics; zero: it sends none
 * @param access who may send, and how much
 */
public record SidecarOptions(
        ReceiverOptions receiver,
        CustodyOptions custody,
        Duration batchDelay,
        Duration selfMetricsInterval,
        AccessOptions access) {}
