/**
 * Every line of OTLP that a client has to keep, asked of Sluice and of OpenTelemetry's own exporters by the same
 * scenarios, and answered from outside: by what a peer on loopback saw. The outcome is {@code docs/conformance.md}.
 *
 * <p>Downstream: the SDK's autoconfiguration with or without {@code agent.otel}, so that both are what a user gets. Entry
 * class: {@code Specification}, the lines; {@code ScriptedConformanceTest} runs them.
 */
@NullMarked
package io.sluice.conformance;

import org.jspecify.annotations.NullMarked;
