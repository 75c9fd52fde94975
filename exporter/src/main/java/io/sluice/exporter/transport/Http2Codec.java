package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/**
 * Netty's codec of HTTP/2, with our limits, and telling when a connection fails and when what was read has been looked
 * at. In the connection's loop.
 */
final class Http2Codec extends Http2ConnectionHandler {

    /** Empty DATA frames in a row; nobody needs one, and each costs what a full one costs (CVE-2019-9518). */
    private static final int MAX_EMPTY_FRAMES = 2;

    /** At least a frame of the usual size, so that no more than two reads are ever joined. */
    private static final int LARGE_READ_BYTES = 32 * 1024;

    /** What the codec tells besides frames. */
    interface Watcher {
        /** The connection is over; GOAWAY is being sent. */
        void failed(Http2Error error);

        /** One stream is over that should not be. */
        void streamFailed();

        /** All that was read has been looked at; whether part of a frame is left. */
        void readComplete(boolean partOfAFrame);
    }

    private final Watcher watcher;

    /**
     * What is left of one read and the next one are joined without copying the next one, if that is large. Small ones are
     * copied: a peer that sends byte by byte would make us hold a buffer for each.
     */
    private static final Cumulator CUMULATOR = (allocator, before, next) -> (next.readableBytes() >= LARGE_READ_BYTES
                    ? COMPOSITE_CUMULATOR
                    : MERGE_CUMULATOR)
            .cumulate(allocator, before, next);

    /** Inside a round of reading, which ends with a flush. */
    private boolean reading;

    private Http2Codec(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, Watcher watcher) {
        super(decoder, encoder, settings);
        setCumulator(CUMULATOR);
        // Of what was joined, only the part that is not read yet is held on to.
        setDiscardAfterReads(1);
        this.watcher = watcher;
    }

    /** Whether a flush follows anyway. */
    boolean isReading() {
        return reading;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        reading = true;
        super.channelRead(ctx, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        super.channelReadComplete(ctx);
        watcher.readComplete(actualReadableBytes() > 0);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception known) {
        watcher.failed(known == null ? Http2Error.INTERNAL_ERROR : known.error());
        super.onConnectionError(ctx, outbound, cause, known);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException known) {
        watcher.streamFailed();
        super.onStreamError(ctx, outbound, cause, known);
    }

    /** Makes a codec for one connection; {@code frames} is told its frames. */
    static Http2Codec create(HttpServerSettings settings, Http2FrameListener frames, Watcher watcher) {
        return new Builder(settings, frames, watcher).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Codec, Builder> {
        private final Watcher watcher;

        Builder(HttpServerSettings settings, Http2FrameListener frames, Watcher watcher) {
            this.watcher = watcher;
            Http2Limits limits = settings.http2();
            int floodSeconds = (int) limits.floodWindow().toSeconds();
            server(true);
            validateRequiredPseudoHeaders(true);
            frameListener(frames);
            initialSettings(Http2Settings.defaultSettings()
                    .maxConcurrentStreams(limits.maxStreams())
                    .initialWindowSize(limits.windowBytes())
                    .maxHeaderListSize(settings.maxHeaderBytes()));
            // Whoever drains has a time limit of its own.
            gracefulShutdownTimeoutMillis(-1);
            decoderEnforceMaxRstFramesPerWindow(limits.maxResets(), floodSeconds);
            encoderEnforceMaxRstFramesPerWindow(limits.maxResets(), floodSeconds);
            encoderEnforceMaxQueuedControlFrames(limits.maxControlFrames());
            decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_FRAMES);
            decoderEnforceMaxSmallContinuationFrames(limits.maxContinuations());
            encoderIgnoreMaxHeaderListSize(true);
        }

        @Override
        protected Http2Codec build() {
            return super.build();
        }

        @Override
        protected Http2Codec build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initialSettings) {
            return new Http2Codec(decoder, encoder, initialSettings, watcher);
        }
    }
}
