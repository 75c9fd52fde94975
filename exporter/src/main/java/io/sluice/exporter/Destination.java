package io.sluice.exporter;

import io.sluice.exporter.limit.DestinationGate;
import io.sluice.exporter.limit.DrainPace;
import io.sluice.exporter.limit.ExportPermits;
import io.sluice.exporter.limit.RequestLimit;
import io.sluice.exporter.retry.RetryPolicy;
import io.sluice.exporter.retry.RetryRoom;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;

/**
 * What all exports of one signal to one destination share. Any thread.
 *
 * @param exportTimeout after which the transport ends an attempt
 * @param attemptTimeout for one attempt, from its start to its result
 * @param retriesInDrain whether a batch whose attempt failed while a drain is under way is tried again
 * @param abort raised when what is in hand is to end at once
 */
record Destination(
        Transport transport,
        Duration exportTimeout,
        Duration attemptTimeout,
        RetryPolicy policy,
        boolean retriesInDrain,
        RetryRoom room,
        DestinationGate gate,
        DrainPace drain,
        ExportPermits permits,
        RequestLimit limit,
        FailureLog failures,
        TimeDriver timers,
        AbortSignal abort,
        PipelineCounters counters) {}
