/**
 * OTLP bytes without a network: encoding beside OpenTelemetry Java's marshaler, scanning beside protobuf-java's parser.
 *
 * <p>One thread, data made by the real SDK. Upstream: a shell. Downstream: {@code exporter.otlp}. Entry class: {@code
 * OtlpBenchmark}.
 */
@NullMarked
package io.sluice.benchmarks.otlp;

import org.jspecify.annotations.NullMarked;
