/**
 * What streams of bytes have in common, and helpers over them.
 *
 * <p>Upstream: runtime.net and its users. Downstream: none. Entry class: {@code AsyncRead, AsyncWrite}.
 */
@NullMarked
package io.sluice.runtime.io;

import org.jspecify.annotations.NullMarked;
