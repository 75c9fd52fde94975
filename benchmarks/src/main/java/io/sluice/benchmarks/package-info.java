/**
 * Comparisons of this project with its peers, each in one run on one machine.
 *
 * <p>{@code pipeline} puts our export pipeline beside OpenTelemetry Java's; {@code runtime} times the runtime on the
 * workloads that {@code benchmarks/tokio} runs on Tokio; {@code otlp} times encoding and scanning alone, beside OpenTelemetry
 * Java's marshaler and protobuf-java; {@code sidecar} puts the sidecar beside the Collector; {@code agent} puts our agent
 * beside upstream's and beside none in an application. Sees everything; nothing sees it. Entry classes: {@code
 * PipelineBenchmark}, {@code RuntimeBenchmark}, {@code OtlpBenchmark}, {@code SidecarBenchmark}, {@code AgentBenchmark}.
 */
@NullMarked
package io.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
