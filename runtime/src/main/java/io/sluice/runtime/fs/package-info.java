/**
 * Files. The system has no way to ask a file without waiting, so everything here waits on the blocking pool.
 *
 * <p>Upstream: users. Downstream: {@code runtime.io}. Entry class: {@link io.sluice.runtime.fs.AsyncFile}.
 */
@NullMarked
package io.sluice.runtime.fs;

import org.jspecify.annotations.NullMarked;
