/**
 * Channels, locks, and other ways in which tasks wait for each other.
 *
 * <p>Upstream: batching, exporter, every task that talks to another. Downstream: none. Entry class: {@code Mpsc}.
 */
@NullMarked
package io.sluice.runtime.sync;

import org.jspecify.annotations.NullMarked;
