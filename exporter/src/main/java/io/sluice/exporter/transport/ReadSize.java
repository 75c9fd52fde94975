package io.sluice.exporter.transport;

/**
 * How large a buffer the next read gets: as large as the connection's habit. Doubles when a read fills its buffer, halves
 * when two in a row used less than a quarter. In the channel's loop.
 */
final class ReadSize {

    private static final int SMALLEST_BYTES = 512;
    private static final int FIRST_BYTES = 2 * 1024;
    /** What the driver moves in one system call. */
    private static final int LARGEST_BYTES = 64 * 1024;

    private int bytes = FIRST_BYTES;
    private boolean lastWasSmall;

    int bytes() {
        return bytes;
    }

    /** Learns from one read. Returns whether there may be more to read: the buffer was filled. */
    boolean used(int readBytes) {
        boolean small = readBytes < bytes / 4;
        boolean filled = readBytes == bytes;
        if (filled) {
            bytes = Math.min(LARGEST_BYTES, 2 * bytes);
        } else if (small && lastWasSmall) {
            bytes = Math.max(SMALLEST_BYTES, bytes / 2);
            small = false;
        }
        lastWasSmall = small;
        return filled;
    }
}
