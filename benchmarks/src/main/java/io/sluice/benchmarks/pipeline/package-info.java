/**
 * The export pipeline inside an application, ours beside OpenTelemetry Java's: WORKLOADS part B.
 *
 * <p>Three kinds of processes. {@link io.sluice.benchmarks.pipeline.PipelineBenchmark} takes each {@code Workload} of its
 * {@code Plan} through an {@code Arena} and makes {@code Results}, which {@code Report} prints and {@code Aims} judges. A
 * {@code Producer} is an application with one SDK and one pipeline behind it; the benchmark's end of it is a {@code
 * Contestant}. The one {@code Sink} has an endpoint for each of them and counts items by their numbers. They speak in lines
 * over standard input and output, so each can also be run by hand, with a profiler. Upstream: a shell. Downstream: the
 * OpenTelemetry SDK with either exporter. Entry class: {@code PipelineBenchmark}.
 */
@NullMarked
package io.sluice.benchmarks.pipeline;

import org.jspecify.annotations.NullMarked;
