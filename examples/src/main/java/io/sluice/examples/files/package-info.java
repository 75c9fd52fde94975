/**
 * A file over a socket, by sendfile and by copying.
 *
 * <p>Upstream: readers. Downstream: {@code runtime.fs}, {@code runtime.net}. Entry class: {@code SendFile}.
 */
@NullMarked
package io.sluice.examples.files;

import org.jspecify.annotations.NullMarked;
