/**
 * Turns a stream of items into batches and says what became of each item.
 *
 * <p>Items enter through a bounded channel and leave as batches closed by count, bytes or age, each with a permit in
 * hand. Upstream: the inlets of {@code agent} and {@code exporter.OtlpClient}. Downstream: {@code exporter} through the
 * batch sink it is given. Entry class: {@code BatchLoop}. This package knows nothing of networks.
 */
@NullMarked
package io.sluice.batching;

import org.jspecify.annotations.NullMarked;
