package io.sluice.benchmarks.sidecar;

/**
 * One run. What its row does not measure is not a number.
 *
 * @param spansPerSecond that were accepted while the load ran
 * @param spansPerCore that came through for each second of a core that was spent on them, until the last had arrived
 * @param replyP50Nanos from when a request was due until it was answered
 * @param wayP50Nanos from when a request was due until it had arrived at the far end
 * @param lost spans that were accepted and never arrived
 * @param idleShare of the machine
 */
record Outcome(
        double spansPerSecond,
        double spansPerCore,
        double cpuPercent,
        double replyP50Nanos,
        double replyP99Nanos,
        double wayP50Nanos,
        double wayP99Nanos,
        double residentAverage,
        double residentMost,
        double refusedShare,
        double lost,
        double startMillis,
        double idleShare) {

    static Outcome ofStart(double millis, double residentBytes) {
        double none = Double.NaN;
        return new Outcome(
                none, none, none, none, none, none, none, residentBytes, residentBytes, none, none, millis, none);
    }
}
