package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderValues;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.util.LinkedHashMap;
import java.util.Map;

/** An {@link HttpResponse} in HTTP/1.1 (RFC 9112). No state. */
final class Http1Response {

    private Http1Response() {}

    /** For Netty's codec. */
    static FullHttpResponse of(HttpResponse response, boolean keepAlive) {
        FullHttpResponse message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        headers(response).forEach(message.headers()::set);
        message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        if (!keepAlive) {
            message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return message;
    }

    /** The bytes themselves, where no codec is. */
    static ByteBuf encode(HttpResponse response, boolean keepAlive) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(HttpResponseStatus.valueOf(response.status()))
                .append("\r\n");
        headers(response)
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("content-length: ").append(response.body().length).append("\r\n");
        if (!keepAlive) {
            head.append("connection: close\r\n");
        }
        return Unpooled.wrappedBuffer(head.append("\r\n").toString().getBytes(ISO_8859_1), response.body());
    }

    /** All but what is about the body's framing and the connection. Names in lower case, as HTTP/2 wants them. */
    static Map<String, String> headers(HttpResponse response) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", response.contentType());
        response.headers().forEach((name, value) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), value));
        response.grpcStatus()
                .flatMap(GrpcStatus::retryAfter)
                .ifPresent(wait -> headers.putIfAbsent("retry-after", RetryAfterHeader.format(wait)));
        return headers;
    }
}
