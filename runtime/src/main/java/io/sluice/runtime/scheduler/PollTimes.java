package io.sluice.runtime.scheduler;

/**
 * How long polls take on one worker, and from that, how often it looks into the injection queue first.
 *
 * <p>A worker with quick tasks can afford many polls between two looks, one with slow tasks cannot: the look comes about
 * every 200 us. The mean is weighted exponentially; a batch of {@code n} polls weighs as much as {@code n} single ones.
 * Worker thread only. Follows {@code tokio::runtime::scheduler::multi_thread::stats}.
 */
final class PollTimes {

    private static final double NANOS_BETWEEN_LOOKS = 200_000;

    /** Weight of the newest poll. */
    private static final double ALPHA = 0.1;

    private static final int INITIAL_INTERVAL = 61;
    private static final int MAX_INTERVAL = 127;
    private static final int MIN_INTERVAL = 2;

    /** Differences up to this are noise. */
    private static final int JITTER = 2;

    /** Weight of the past after a batch of so many polls; longer batches leave next to nothing of it. */
    private static final double[] PAST = pastWeights(128);

    private final boolean selfTuned;
    private double meanNanos = NANOS_BETWEEN_LOOKS / INITIAL_INTERVAL;
    private int interval;

    private long batchStartNanos;
    private int polls;

    /** @param fixedInterval {@link SchedulerSettings#SELF_TUNED} for none */
    PollTimes(int fixedInterval) {
        this.selfTuned = fixedInterval == SchedulerSettings.SELF_TUNED;
        this.interval = selfTuned ? INITIAL_INTERVAL : fixedInterval;
    }

    private static double[] pastWeights(int count) {
        double[] weights = new double[count];
        double weight = 1;
        for (int i = 0; i < count; i++) {
            weights[i] = weight;
            weight *= 1 - ALPHA;
        }
        return weights;
    }

    void startBatch(long nowNanos) {
        batchStartNanos = nowNanos;
        polls = 0;
    }

    void polled() {
        polls++;
    }

    /** Takes the batch into the mean. */
    void endBatch(long nowNanos) {
        if (polls == 0) {
            return;
        }
        double batchMean = Math.max(1, (double) (nowNanos - batchStartNanos) / polls);
        double past = PAST[Math.min(polls, PAST.length - 1)];
        meanNanos = past * meanNanos + (1 - past) * batchMean;
        int tuned = Math.max(MIN_INTERVAL, (int) Math.min(MAX_INTERVAL, NANOS_BETWEEN_LOOKS / meanNanos));
        if (selfTuned && Math.abs(tuned - interval) > JITTER) {
            interval = tuned;
        }
        polls = 0;
    }

    /** Of the latest polls. */
    double meanNanos() {
        return meanNanos;
    }

    /** Turns between two looks into the injection queue first. */
    int interval() {
        return interval;
    }
}
