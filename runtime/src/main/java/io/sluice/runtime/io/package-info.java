/**
 * What streams of bytes have in common, and helpers over them.
 *
 * <p>Upstream: {@code runtime.net} and its users. Downstream: none. Entry classes:
 * {@link io.sluice.runtime.io.AsyncRead}, {@link io.sluice.runtime.io.AsyncWrite}.
 */
@NullMarked
package io.sluice.runtime.io;

import org.jspecify.annotations.NullMarked;
