/**
 * Which results are tried again, when, and until when.
 *
 * <p>Upstream: {@code exporter}. Downstream: none. Entry class: {@code RetryPolicy}.
 */
@NullMarked
package io.sluice.exporter.retry;

import org.jspecify.annotations.NullMarked;
