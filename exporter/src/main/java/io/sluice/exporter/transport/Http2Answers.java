package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.grpc.netty.shaded.io.netty.util.AsciiString;

/** An {@link HttpResponse} in HTTP/2 (RFC 9113) or gRPC. Flushes nothing. Never changes; in a connection's loop. */
@SuppressWarnings("FutureReturnValueIgnored") // the last write fails if one before it does
final class Http2Answers {

    private static final AsciiString STATUS_OK = AsciiString.cached("200");
    private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString GRPC = AsciiString.cached(GrpcWords.CONTENT_TYPE);
    private static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
    private static final AsciiString GRPC_DETAILS = AsciiString.cached("grpc-status-details-bin");
    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
    private static final Http2Headers CALL_OK =
            ReadOnlyHttp2Headers.trailers(false, GRPC_STATUS, AsciiString.cached("0"));

    private static final Http2Headers CONTINUE = ReadOnlyHttp2Headers.serverHeaders(false, AsciiString.cached("100"));

    private final AsciiString encodings;
    private final Http2Headers callHead;

    /** @param codings what messages may be compressed by, which every answer of a call tells */
    Http2Answers(ContentCodings codings) {
        this.encodings = AsciiString.of("identity," + codings.names().replace(" ", ""));
        this.callHead =
                ReadOnlyHttp2Headers.serverHeaders(false, STATUS_OK, CONTENT_TYPE, GRPC, ACCEPT_ENCODING, encodings);
    }

    /** The last write, after which the stream's side is ended. */
    ChannelFuture write(
            Http2ConnectionEncoder encoder,
            ChannelHandlerContext ctx,
            int stream,
            boolean call,
            HttpResponse response) {
        return call ? writeCall(encoder, ctx, stream, response) : writeHttp(encoder, ctx, stream, response);
    }

    private ChannelFuture writeCall(
            Http2ConnectionEncoder encoder, ChannelHandlerContext ctx, int stream, HttpResponse response) {
        GrpcStatus status = GrpcWords.statusOf(response);
        if (status.code() != GrpcWords.OK) {
            return encoder.writeHeaders(ctx, stream, failure(status), 0, true, ctx.newPromise());
        }
        encoder.writeHeaders(ctx, stream, callHead, 0, false, ctx.newPromise());
        encoder.writeData(
                ctx, stream, Unpooled.wrappedBuffer(GrpcPrefix.frame(response.body())), 0, false, ctx.newPromise());
        return encoder.writeHeaders(ctx, stream, CALL_OK, 0, true, ctx.newPromise());
    }

    /** Head and trailers in one ("Trailers-Only"). */
    private Http2Headers failure(GrpcStatus status) {
        Http2Headers headers = new DefaultHttp2Headers(false)
                .status(STATUS_OK)
                .set(CONTENT_TYPE, GRPC)
                .set(ACCEPT_ENCODING, encodings)
                .set(GRPC_STATUS, Integer.toString(status.code()))
                .set(GRPC_MESSAGE, GrpcWords.escape(status.message()));
        status.retryAfter().ifPresent(wait -> headers.set(GRPC_DETAILS, GrpcWords.details(status, wait)));
        return headers;
    }

    private static ChannelFuture writeHttp(
            Http2ConnectionEncoder encoder, ChannelHandlerContext ctx, int stream, HttpResponse response) {
        Http2Headers headers = new DefaultHttp2Headers(false).status(Integer.toString(response.status()));
        Http1Response.headers(response).forEach(headers::set);
        headers.setInt(CONTENT_LENGTH, response.body().length);
        if (response.body().length == 0) {
            return encoder.writeHeaders(ctx, stream, headers, 0, true, ctx.newPromise());
        }
        encoder.writeHeaders(ctx, stream, headers, 0, false, ctx.newPromise());
        return encoder.writeData(ctx, stream, Unpooled.wrappedBuffer(response.body()), 0, true, ctx.newPromise());
    }

    /** 100: the body may come. */
    void writeContinue(Http2ConnectionEncoder encoder, ChannelHandlerContext ctx, int stream) {
        encoder.writeHeaders(ctx, stream, CONTINUE, 0, false, ctx.voidPromise());
    }
}
