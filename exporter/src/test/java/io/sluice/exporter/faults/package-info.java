/**
 * The rows of {@code docs/faults.md}: a whole client, a far end that is none of ours, and between them what goes wrong.
 *
 * <p>Upstream: none. Downstream: {@code exporter} and its test kit. Entry class: {@code FaultRowsTest}.
 */
@NullMarked
package io.sluice.exporter.faults;

import org.jspecify.annotations.NullMarked;
