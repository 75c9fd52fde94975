package io.sluice.batching;

import java.time.Duration;

/**
 * How a batch loop ended.
 *
 * @param account the counters at the end; nothing is pending any more
 * @param inTime whether everything held was settled by its destination before the deadline
 * @param took from the request to drain until the last item was settled
 */
public record DrainReport(AccountSnapshot account, boolean inTime, Duration took) {}
