package io.sluice.config;

import java.time.Duration;

/**
 * What only the sidecar obeys.
 *
 * @param receiver where and how it takes requests
 * @param maxCustodyBytes of all requests held; beyond it requests are refused
 * @param batchDelay how long the first part of a merged request waits
 */
public record SidecarOptions(ReceiverOptions receiver, long maxCustodyBytes, Duration batchDelay) {}
