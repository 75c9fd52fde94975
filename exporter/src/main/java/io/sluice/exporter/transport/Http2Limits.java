package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a server puts up with on one HTTP/2 connection. Beyond it the connection is ended with ENHANCE_YOUR_CALM, but for
 * one stream too many, which alone is refused.
 *
 * @param maxStreams requests at a time; at least 1
 * @param windowBytes what a peer may send, over all streams of the connection and of each, before it is told that there
 *     is room; 65,535 to 16 MiB
 * @param maxResets streams that the peer may open and reset, or that it makes us reset, per {@code floodWindow}; at least
 *     1 (CVE-2023-44487, CVE-2025-8671)
 * @param maxControlFrames pings, settings, priorities, window updates and unknown frames per {@code floodWindow}, beyond
 *     four a request; at least 1
 * @param maxContinuations frames with less than 8 KiB that may continue one head; at least 1 (CVE-2024-27316)
 * @param floodWindow whole seconds, at least one
 */
public record Http2Limits(
        int maxStreams,
        int windowBytes,
        int maxResets,
        int maxControlFrames,
        int maxContinuations,
        Duration floodWindow) {

    /** The smallest window that HTTP/2 begins with. */
    public static final int MIN_WINDOW_BYTES = 65_535;

    public static final int MAX_WINDOW_BYTES = 16 << 20;

    public Http2Limits {
        atLeastOne(maxStreams, "maxStreams");
        if (windowBytes < MIN_WINDOW_BYTES || windowBytes > MAX_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "windowBytes is " + windowBytes + "; allowed: " + MIN_WINDOW_BYTES + " to " + MAX_WINDOW_BYTES);
        }
        atLeastOne(maxResets, "maxResets");
        atLeastOne(maxControlFrames, "maxControlFrames");
        atLeastOne(maxContinuations, "maxContinuations");
        requireNonNull(floodWindow, "floodWindow");
        if (floodWindow.toSeconds() < 1) {
            throw new IllegalArgumentException("floodWindow is " + floodWindow + "; allowed: at least one second");
        }
    }

    /**
     * 128 streams, a little above the hundred that HTTP/2 advises at least; a window of 256 KiB, in which a batch fits;
     * in 30 s 200 resets, which is what Netty holds for plenty, and 3,000 control frames, a hundred a second; heads in 16
     * small pieces.
     */
    public static Http2Limits defaults() {
        return new Http2Limits(128, 256 << 10, 200, 3_000, 16, Duration.ofSeconds(30));
    }

    private static void atLeastOne(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: at least 1");
        }
    }
}
