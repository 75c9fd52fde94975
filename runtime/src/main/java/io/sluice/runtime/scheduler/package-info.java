/**
 * Which worker polls which task next: LIFO slot, local ring, injection queue, stealing, parking, shutdown order.
 *
 * <p>Upstream: runtime. Downstream: runtime.task, and the drivers through its own Driver seam. Entry class: {@code MultiThreadScheduler}.
 */
@NullMarked
package io.sluice.runtime.scheduler;

import org.jspecify.annotations.NullMarked;
