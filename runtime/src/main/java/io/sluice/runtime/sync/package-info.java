/**
 * Bounded mpsc channel, oneshot, semaphore, notify, cancellation token.
 *
 * <p>Upstream: batching, exporter, every task that talks to another. Downstream: none. Entry class: {@code Mpsc}.
 */
@NullMarked
package io.sluice.runtime.sync;

import org.jspecify.annotations.NullMarked;
