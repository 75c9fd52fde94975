package io.sluice.exporter.management;

import java.util.Map;

/**
 * The figures of one pipeline. What each means is said at {@link io.sluice.exporter.PipelineStats} and {@link
 * io.sluice.batching.AccountSnapshot}; times are nanoseconds.
 */
public interface PipelineMXBean {

    String getSignal();

    long getOfferedItems();

    long getAcceptedItems();

    Map<String, Long> getRefusedItems();

    long getDeliveredItems();

    long getRejectedItems();

    Map<String, Long> getDroppedItems();

    long getPendingItems();

    int getQueuedItems();

    int getQueueCapacity();

    int getWaitingProducers();

    int getInFlightExports();

    long getInFlightItems();

    int getPermits();

    int getPermitsInUse();

    long getAttempts();

    Map<String, Long> getFailedAttempts();

    long getBackoffNanos();

    long getAttemptNanosP50();

    long getAttemptNanosP99();

    long getExportNanosP50();

    long getExportNanosP99();

    long getHeldBytes();

    long getRetryRoomBytes();

    long getEncodedBytes();

    long getSentBytes();

    long getReceivedBytes();

    int getConnections();
}
