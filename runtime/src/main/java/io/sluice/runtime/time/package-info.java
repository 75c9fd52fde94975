/**
 * The clock seam and what waits for it: wheel, sleep, interval, timeout, delay queue.
 *
 * <p>Upstream: every user of time. Downstream: none. Entry class: {@code TimeDriver}.
 */
@NullMarked
package io.sluice.runtime.time;

import org.jspecify.annotations.NullMarked;
