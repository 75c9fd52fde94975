package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells a peer why it is not served, in what it speaks, and closes the connection: 503 over HTTP/1.1, settings and GOAWAY
 * over HTTP/2. What the peer sends meanwhile is read away, because closing a socket with unread bytes makes the kernel
 * send a reset that may overtake the answer. In the connection's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel's outcome through its pipeline
final class PoliteRefusal implements ServerConnection.Protocol {

    /** Connections that are being refused at a time; more are closed at once. */
    static final int AT_ONCE = 64;

    /** How long it may take until the peer has said what it speaks, and until it has hung up. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int STATUS_UNAVAILABLE = 503;
    private static final int STATUS_BAD_REQUEST = 400;

    private static final int TYPE_SETTINGS = 4;
    private static final int TYPE_GOAWAY = 7;

    /** Why. The codes are those of RFC 9113, section 7. */
    enum Reason {
        TOO_MANY(STATUS_UNAVAILABLE, 0xb, "too many connections are open; come back later"),
        NOT_TLS(STATUS_BAD_REQUEST, 0xc, "this port takes TLS only");

        private final int httpStatus;
        private final int http2Error;
        private final String words;

        Reason(int httpStatus, int http2Error, String words) {
            this.httpStatus = httpStatus;
            this.http2Error = http2Error;
            this.words = words;
        }
    }

    private final ServerConnection connection;
    private final ConnectionDeadline deadline;

    PoliteRefusal(ServerConnection connection, Reason reason, boolean http2) {
        this.connection = connection;
        this.deadline = new ConnectionDeadline(connection.loop(), connection::abort);
        if (reason == Reason.NOT_TLS) {
            connection.count(ServerEvent.HANDSHAKE_FAILED);
        }
        deadline.set(PATIENCE_NANOS);
        ByteBuf farewell = http2
                ? goAway(reason)
                : Http1Response.encode(
                        connection.handler().refusal(Optional.empty(), reason.httpStatus, reason.words), false);
        connection.channel().writeAndFlush(farewell);
    }

    /** An empty SETTINGS frame, which has to be the first, and GOAWAY: no stream was or will be looked at. */
    private static ByteBuf goAway(Reason reason) {
        byte[] words = reason.words.getBytes(US_ASCII);
        return Unpooled.buffer(2 * 9 + 8 + words.length)
                .writeMedium(0)
                .writeByte(TYPE_SETTINGS)
                .writeByte(0)
                .writeInt(0)
                .writeMedium(8 + words.length)
                .writeByte(TYPE_GOAWAY)
                .writeByte(0)
                .writeInt(0)
                .writeInt(0)
                .writeInt(reason.http2Error)
                .writeBytes(words);
    }

    @Override
    public void drain() {
        connection.abort();
    }

    @Override
    public void closed() {
        deadline.cancel();
    }
}
