/**
 * The OpenTelemetry SPI entry points: span, metric and log inlets. Tiny; everything else is loaded lazily.
 *
 * <p>Upstream: the OpenTelemetry SDK. Downstream: {@code config}, {@code exporter}. Entry class: {@code SluiceCustomizer}.
 */
@NullMarked
package io.sluice.agent.otel;

import org.jspecify.annotations.NullMarked;
