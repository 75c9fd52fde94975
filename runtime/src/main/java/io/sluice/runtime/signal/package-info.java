/**
 * The end of the JVM as something that a task can wait for.
 *
 * <p>Upstream: programs that end well. Downstream: {@code runtime.sync}. Entry class:
 * {@link io.sluice.runtime.signal.Termination}.
 */
@NullMarked
package io.sluice.runtime.signal;

import org.jspecify.annotations.NullMarked;
