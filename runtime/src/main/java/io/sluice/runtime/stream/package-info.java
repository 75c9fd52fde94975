/**
 * Values that come one after the other and are asked for one at a time, and what can be done with them on the way.
 *
 * <p>Nothing flows by itself: a stream does what one poll of it asks for, so a slow consumer is felt by the source
 * without a word said about it.
 *
 * <p>Upstream: users, {@code runtime.io} and {@code runtime.codec}. Downstream: {@code runtime.sync} and
 * {@code runtime.time}, whose channels and timers it reads. Entry classes: {@link io.sluice.runtime.stream.Stream},
 * {@link io.sluice.runtime.stream.Streams}.
 */
@NullMarked
package io.sluice.runtime.stream;

import org.jspecify.annotations.NullMarked;
