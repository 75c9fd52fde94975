package io.sluice.benchmarks.pipeline;

/**
 * What came of one run.
 *
 * @param emitted items that the application made
 * @param deliveredDuring distinct items at the sink when the load ended
 * @param delivered distinct items at the sink once all that the pipeline held had left
 * @param duplicates items that arrived more than once
 * @param requests that the sink took
 * @param p50Nanos of the application's thread an item; so are the two that follow
 * @param pipelineNanos CPU of all threads but the application's, the compiler's and the collector's
 * @param allocatedBytes by the Java threads that are not the application's
 * @param sinkNanos CPU of the sink
 * @param idleShare of the machine's time
 */
record Outcome(
        long emitted,
        double seconds,
        long deliveredDuring,
        long delivered,
        long duplicates,
        long requests,
        double p50Nanos,
        double p99Nanos,
        double p999Nanos,
        long pipelineNanos,
        long compilerNanos,
        long collectorNanos,
        long allocatedBytes,
        long sinkNanos,
        double idleShare) {

    private static final double NANOS_PER_MILLI = 1e6;

    long lost() {
        return emitted - delivered;
    }

    double lostPercent() {
        return emitted == 0 ? 0 : 100.0 * lost() / emitted;
    }

    double emittedPerSecond() {
        return emitted / seconds;
    }

    double deliveredPerSecond() {
        return deliveredDuring / seconds;
    }

    double pipelineMillisPer100k() {
        return per100k(pipelineNanos);
    }

    double compilerMillisPer100k() {
        return per100k(compilerNanos);
    }

    double collectorMillisPer100k() {
        return per100k(collectorNanos);
    }

    double sinkMillisPer100k() {
        return per100k(sinkNanos);
    }

    double allocatedPerItem() {
        return delivered == 0 ? Double.NaN : (double) allocatedBytes / delivered;
    }

    double itemsPerRequest() {
        return requests == 0 ? Double.NaN : (double) (delivered + duplicates) / requests;
    }

    private double per100k(long nanos) {
        return delivered == 0 ? Double.NaN : nanos / NANOS_PER_MILLI / (delivered / 100_000.0);
    }
}
