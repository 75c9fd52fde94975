/**
 * Shows what the runtimes of another process do, as text, over JMX.
 *
 * <p>Upstream: {@code ./sluice top}. Downstream: the beans of {@code runtime.management}, by name only. Entry class:
 * {@code Top}.
 */
@NullMarked
package io.sluice.examples.top;

import org.jspecify.annotations.NullMarked;
