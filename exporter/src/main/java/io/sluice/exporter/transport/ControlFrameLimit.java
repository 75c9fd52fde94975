package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;

/**
 * Counts frames that carry no request: a flood of pings, settings or window updates costs us and not its sender
 * (CVE-2019-9512, CVE-2019-9515). A request makes up for some, because clients that measure the path send pings as they
 * send data. In one loop.
 */
final class ControlFrameLimit {

    /** A ping to measure with, its like for keepalive, and a window update for stream and connection. */
    private static final int FREE_PER_REQUEST = 4;

    private final int most;
    private final long windowNanos;

    private long windowEndNanos;
    private boolean begun;
    private int frames;

    ControlFrameLimit(Http2Limits limits) {
        this.most = limits.maxControlFrames();
        this.windowNanos = limits.floodWindow().toNanos();
    }

    void request() {
        frames = Math.max(0, frames - FREE_PER_REQUEST);
    }

    /**
     * Counts one more.
     *
     * @throws Http2Exception ending the connection if it is one too many
     */
    void count(long nowNanos) throws Http2Exception {
        if (!begun || nowNanos - windowEndNanos >= 0) {
            begun = true;
            windowEndNanos = nowNanos + windowNanos;
            frames = 0;
        }
        frames++;
        if (frames > most) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "more than %d control frames without a request", most);
        }
    }
}
