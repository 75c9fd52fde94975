/**
 * What an agent costs the application that it is in: start, memory, throughput, export, loss.
 *
 * <p>The Spring Boot application of {@code applications} runs without an agent, under ours and under upstream's, in turn;
 * load generator and far end live in the benchmark's process. Nothing here stands on the product's code but its clock. Entry
 * class: {@code AgentBenchmark}.
 */
@NullMarked
package io.sluice.benchmarks.agent;

import org.jspecify.annotations.NullMarked;
