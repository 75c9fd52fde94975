package io.sluice.runtime.pressure;

/**
 * Permits that come at a steady rate into a bucket that holds so many and no more.
 *
 * <p>Counts in billionths of a permit: what comes in one nanosecond at one permit per second. As products of whole
 * numbers these are exact in a double, so that an acquire that waits for the last permit of a second ends with that
 * second and not a nanosecond later.
 *
 * <p>One thread at a time; the caller brings the time. A clock that goes backwards brings nothing.
 */
final class TokenBucket {

    private static final double PER_PERMIT = 1e9;

    /** Half a billionth of a permit, for what a rate that is no whole number loses by rounding. */
    private static final double ROUNDING = 0.5;

    private final double capacity;
    private double content;
    private double rate;
    private long filledAtNanos;

    /** Full at first. */
    TokenBucket(double permitsPerSecond, int burst, long nowNanos) {
        this.capacity = burst * PER_PERMIT;
        this.content = capacity;
        this.rate = permitsPerSecond;
        this.filledAtNanos = nowNanos;
    }

    /** Whether it held {@code permits}, which are gone then. */
    boolean take(int permits, long nowNanos) {
        fill(nowNanos);
        double wanted = permits * PER_PERMIT;
        if (content + ROUNDING < wanted) {
            return false;
        }
        content = Math.max(0, content - wanted);
        return true;
    }

    /** How long until it holds {@code permits} if nobody takes any; positive unless it holds them now. */
    long nanosUntil(int permits, long nowNanos) {
        fill(nowNanos);
        double missing = permits * PER_PERMIT - content - ROUNDING;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / rate);
    }

    /** Whole permits that it holds. */
    int available(long nowNanos) {
        fill(nowNanos);
        return (int) ((content + ROUNDING) / PER_PERMIT);
    }

    double rate() {
        return rate;
    }

    /** What came until now came at the old rate. */
    void setRate(double permitsPerSecond, long nowNanos) {
        fill(nowNanos);
        rate = permitsPerSecond;
    }

    private void fill(long nowNanos) {
        long passedNanos = nowNanos - filledAtNanos;
        if (passedNanos > 0) {
            content = Math.min(capacity, content + passedNanos * rate);
            filledAtNanos = nowNanos;
        }
    }
}
