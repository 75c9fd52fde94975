package io.sluice.agent.sidecar;

import java.util.concurrent.TimeUnit;

/**
 * Bytes per second: a bucket that holds one second's worth. A request passes as long as anything is left, and may leave
 * a debt, so that one which is larger than the bucket passes, too, and the next ones wait for it. Any thread.
 */
final class ByteRate {

    private final long bytesPerSecond;

    // Guarded by this.
    private long left;
    private long filledNanos;

    ByteRate(long bytesPerSecond, long nowNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.left = bytesPerSecond;
        this.filledNanos = nowNanos;
    }

    /** Takes {@code bytes}, or nothing: then the nanoseconds after which there is something again, else 0. */
    synchronized long take(long bytes, long nowNanos) {
        fill(nowNanos);
        if (left <= 0) {
            return Math.max(1, (long) ((1.0 - left) / bytesPerSecond * TimeUnit.SECONDS.toNanos(1)));
        }
        left -= bytes;
        return 0;
    }

    /** Takes {@code bytes} of a request that has passed. */
    synchronized void charge(long bytes) {
        left -= bytes;
    }

    private void fill(long nowNanos) {
        double seconds = (nowNanos - filledNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        long more = (long) Math.min(seconds * bytesPerSecond, (double) bytesPerSecond - left);
        if (more > 0) {
            left += more;
            filledNanos = nowNanos;
        } else if (left >= bytesPerSecond) {
            filledNanos = nowNanos;
        }
    }
}
