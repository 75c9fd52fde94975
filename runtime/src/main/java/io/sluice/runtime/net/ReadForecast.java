package io.sluice.runtime.net;

/**
 * Whether a read that filled its buffer was the last one that finds something for now.
 *
 * <p>Nobody knows, and the ordinary answer is to read again and come back empty-handed: with messages of a known length
 * that is every second system call of a stream. When that has happened {@link #DRY_RUNS} times in a row the next full
 * read is taken for the last, and the selector, which is level-triggered, says if it was not. Every
 * {@link #TRUST}th time it is tried out again, so that a stream that begins to flow is read as fast as it fills.
 *
 * <p>The stream's reader only.
 */
final class ReadForecast {

    private static final int DRY_RUNS = 2;
    private static final int TRUST = 16;

    private int dryRuns;
    private int trust;
    private boolean lastWasFull;

    /** Notes a read; true if the next one is likely to find nothing. */
    boolean read(int bytes, int asked) {
        if (lastWasFull) {
            dryRuns = bytes == 0 ? dryRuns + 1 : 0;
        }
        lastWasFull = bytes == asked;
        if (!lastWasFull || dryRuns < DRY_RUNS) {
            return bytes >= 0 && bytes < asked;
        }
        if (trust == 0) {
            trust = TRUST;
            return false;
        }
        trust--;
        lastWasFull = false; // nothing is learnt from what the next read finds: there was an event in between
        return true;
    }
}
