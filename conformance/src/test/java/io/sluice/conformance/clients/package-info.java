/**
 * Clients that nobody here wrote, through the sidecar: OpenTelemetry's SDKs in four languages and its load generator send
 * known spans, metrics and log records straight to a real Collector and through the sidecar to another, and both must have
 * got the same. {@code .ci/run clients} makes the programs and runs this; entry class: {@code ClientsTest}.
 */
@NullMarked
package io.sluice.conformance.clients;

import org.jspecify.annotations.NullMarked;
