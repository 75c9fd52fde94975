/**
 * Receives OTLP, keeps it within its budget, and forwards it.
 *
 * <p>Upstream: services in any language. Downstream: {@code exporter}. Entry class: {@code Sidecar}.
 */
@NullMarked
package io.sluice.agent.sidecar;

import org.jspecify.annotations.NullMarked;
