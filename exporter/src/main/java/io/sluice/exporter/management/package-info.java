/**
 * A running pipeline as seen over JMX. Needs the module {@code java.management}; nothing else in the exporter does.
 *
 * <p>Upstream: users. Downstream: exporter. Entry class: {@link io.sluice.exporter.management.PipelineBean}.
 */
@NullMarked
package io.sluice.exporter.management;

import org.jspecify.annotations.NullMarked;
