package io.sluice.batching;

/**
 * A flush that was asked for.
 *
 * @param lostBefore accepted items that were lost by then, so that what is lost before the loop hears of it counts
 */
record FlushRequest(Completion<Boolean> completion, long lostBefore) {}
