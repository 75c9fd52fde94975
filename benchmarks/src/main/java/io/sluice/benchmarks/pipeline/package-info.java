/**
 * The export pipeline inside an application, ours beside OpenTelemetry Java's: WORKLOADS part B.
 *
 * <p>One producer process with an {@code SdkTracerProvider}, one sink process that counts spans by id and can delay or
 * disappear; {@link io.sluice.benchmarks.pipeline.PipelineBenchmark} runs them in turn and prints the table. Upstream:
 * a shell. Downstream: the OpenTelemetry SDK with either processor. Entry class: {@code PipelineBenchmark}.
 */
@NullMarked
package io.sluice.benchmarks.pipeline;

import org.jspecify.annotations.NullMarked;
