/**
 * The runtime's own speed: WORKLOADS part A, row for row as {@code benchmarks/tokio} runs them on Tokio.
 *
 * <p>Upstream: the benchmark launcher. Downstream: runtime. Entry class: {@code RuntimeBenchmark}.
 */
@NullMarked
package io.sluice.benchmarks.runtime;

import org.jspecify.annotations.NullMarked;
