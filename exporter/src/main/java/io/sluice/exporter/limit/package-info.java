/**
 * How many exports may be in flight.
 *
 * <p>Upstream: {@code exporter}. Downstream: {@code runtime.sync}. Entry class: {@code ExportLimit}.
 */
@NullMarked
package io.sluice.exporter.limit;

import org.jspecify.annotations.NullMarked;
