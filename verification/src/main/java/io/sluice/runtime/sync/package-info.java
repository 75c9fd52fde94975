/**
 * jcstress proofs of the lock-free parts of {@code io.sluice.runtime.sync}, in its package to reach what is
 * package-private.
 *
 * <p>Upstream: none. Downstream: {@code runtime}. Entry class: jcstress's own main.
 */
@NullMarked
package io.sluice.runtime.sync;

import org.jspecify.annotations.NullMarked;
