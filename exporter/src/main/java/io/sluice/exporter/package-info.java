/**
 * The export pipeline: names each stage between a batch and the socket once.
 *
 * <p>Upstream: the inlets of {@code agent}, and applications through {@code OtlpClient}. Downstream: {@code batching} and this module's stages. Entry class: {@code ExportPipeline}.
 */
@NullMarked
package io.sluice.exporter;

import org.jspecify.annotations.NullMarked;
