/**
 * Messages over streams of bytes: where one ends and the next begins.
 *
 * <p>A codec turns bytes into messages and back and knows nothing of streams; {@code FramedRead} and {@code FramedWrite}
 * put one on a stream. Every length is bounded before memory is taken for it.
 *
 * <p>Upstream: users. Downstream: {@code runtime.io}, {@code runtime.stream}. Entry classes:
 * {@link io.sluice.runtime.codec.FramedRead}, {@link io.sluice.runtime.codec.FramedWrite}.
 */
@NullMarked
package io.sluice.runtime.codec;

import org.jspecify.annotations.NullMarked;
