/**
 * WORKLOADS part C: the sidecar beside the OpenTelemetry Collector, each a process of its own between the same senders and
 * the same far end.
 *
 * <p>{@code LoadProcess} sends requests that were encoded before, {@code SinkProcess} counts what arrives; both speak
 * HTTP/1.1 and just enough of HTTP/2 on bare sockets, so that neither is what limits a run. Upstream: {@code ./sluice bench}.
 * Entry class: {@code SidecarBenchmark}.
 */
@NullMarked
package io.sluice.benchmarks.sidecar;

import org.jspecify.annotations.NullMarked;
