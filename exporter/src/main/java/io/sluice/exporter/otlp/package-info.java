/**
 * Spans, metrics and logs as OTLP bytes: encoding, scanning, merging. Takes bytes or SDK data, returns bytes; owns no socket, thread or clock.
 *
 * <p>Upstream: {@code exporter}, the sidecar's receiver. Downstream: none. Entry class: {@code OtlpEncoder}.
 */
@NullMarked
package io.sluice.exporter.otlp;

import org.jspecify.annotations.NullMarked;
