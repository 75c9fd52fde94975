/**
 * Programs that are started from here: their arguments and environment, their standard streams, and their end.
 *
 * <p>Upstream: users. Downstream: {@code runtime.io}, {@code runtime.sync}. Entry class: {@link
 * io.sluice.runtime.process.Command}.
 */
@NullMarked
package io.sluice.runtime.process;

import org.jspecify.annotations.NullMarked;
