package io.sluice.runtime.io;

/**
 * What {@link AsyncIo#copyBidirectional} has moved.
 *
 * @param thereBytes from the first stream to the second
 * @param backBytes from the second stream to the first
 */
public record Copied(long thereBytes, long backBytes) {}
