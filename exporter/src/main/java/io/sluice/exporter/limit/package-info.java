/**
 * How many exports may be in flight, and whether the destination is to be left alone for now.
 *
 * <p>Upstream: {@code exporter}. Downstream: {@code runtime.sync}. Entry class: {@code ExportPermits}.
 */
@NullMarked
package io.sluice.exporter.limit;

import org.jspecify.annotations.NullMarked;
