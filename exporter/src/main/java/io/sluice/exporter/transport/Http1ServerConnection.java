package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderResult;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpDecoderConfig;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderValues;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObject;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.TooLongHttpLineException;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks HTTP/1.1: one request at a time, from its first byte to its answer.
 *
 * <pre>
 *            first byte          head: admitted            body complete
 *   IDLE ------------> HEAD ------------------> BODY ------------------> HANDLING
 *    ^                   |                        |                         | answer
 *    |                   | refused                | refused                 |
 *    |                   v                        v                         |
 *    |               DISCARDING  (answered; reads the rest away) -> CLOSED  |
 *    +-------------------------- keep-alive --------------------------------+
 * </pre>
 *
 * While a request is handled, and while the peer does not take its answers, nothing is read from it; what a pipelining
 * peer had sent before waits in {@link #waiting}. A refused body is read away for a moment, because closing a socket with
 * unread bytes makes the kernel send a reset that may overtake the answer.
 *
 * <p>In the connection's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel's outcome through its pipeline
final class Http1ServerConnection implements ServerConnection.Protocol, RequestIntake.Replies {

    /** How long the rest of a refused request is read away. */
    private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        IDLE,
        HEAD,
        BODY,
        HANDLING,
        /** Answered, and the peer is behind with taking its answers. */
        CONGESTED,
        DISCARDING,
        CLOSED
    }

    private final ServerConnection connection;
    private final HttpServerSettings settings;
    private final DriverSocketChannel channel;
    private final ConnectionDeadline deadline;
    private final ConnectionDeadline age;

    /** Decoded while an earlier request was handled; at most what one read held. */
    private final Deque<HttpObject> waiting = new ArrayDeque<>();

    private State state = State.IDLE;
    private boolean keepAlive = true;
    /** Ends with the request that is under way. */
    private boolean ending;
    /** The head is incomplete and its time is running. */
    private boolean headTimed;

    private @Nullable RequestIntake request;

    Http1ServerConnection(ServerConnection connection) {
        this.connection = connection;
        this.settings = connection.settings();
        this.channel = connection.channel();
        this.deadline = new ConnectionDeadline(connection.loop(), this::tooSlow);
        this.age = connection.ageLimit(this::drain);
        HttpDecoderConfig decoding = new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maxHeaderBytes())
                .setMaxHeaderSize(settings.maxHeaderBytes());
        connection.install(new FirstByte(), new HttpServerCodec(decoding), new Requests());
    }

    @Override
    public void drain() {
        ending = true;
        if (state == State.IDLE || state == State.HEAD || state == State.CONGESTED) {
            channel.close();
        }
    }

    /** Sees the bytes before they are decoded. */
    private final class FirstByte extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            if (state == State.IDLE) {
                state = State.HEAD;
                deadline.clear();
            }
            ctx.fireChannelRead(bytes);
        }
    }

    /** Sees what was decoded. */
    private final class Requests extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (state == State.HANDLING || state == State.CONGESTED) {
                waiting.add((HttpObject) message);
                return;
            }
            headTimed = false;
            receive((HttpObject) message);
        }

        /** Only a head that did not come in one piece with its first byte costs a timer. */
        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (state == State.HEAD && !headTimed) {
                headTimed = true;
                deadline.set(settings.headTimeout().toNanos());
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (state == State.CONGESTED && channel.isWritable()) {
                goOn();
            }
            ctx.fireChannelWritabilityChanged();
        }
    }

    private void receive(HttpObject message) {
        try {
            if (message instanceof io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest head) {
                if (state != State.DISCARDING && state != State.CLOSED) {
                    beginRequest(head);
                }
            } else if (message instanceof HttpContent content) {
                switch (state) {
                    case BODY -> addToBody(content);
                    case DISCARDING -> discard(content);
                    case IDLE, HEAD, HANDLING, CONGESTED, CLOSED -> {}
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    // The head

    private void beginRequest(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest received) {
        deadline.clear();
        request = null;
        keepAlive = HttpUtil.isKeepAlive(received) && !isEnding();
        if (received.decoderResult().isFailure()) {
            refuseMalformed(received.decoderResult());
            return;
        }
        if (received.protocolVersion().majorVersion() != 1) {
            refuse(505, "this port speaks HTTP/1.1 and HTTP/2, not " + received.protocolVersion());
            return;
        }
        if (connection.isDraining()) {
            refuse(503, "the server is shutting down");
            return;
        }
        RequestIntake intake = new RequestIntake(connection, toHead(received), this);
        request = intake;
        if (!acceptsExpectation(received) || !intake.begin()) {
            return;
        }
        state = State.BODY;
        deadline.set(settings.bodyTimeout().toNanos());
        if (HttpUtil.is100ContinueExpected(received)) {
            channel.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private boolean isEnding() {
        return ending || connection.isDraining();
    }

    private void refuseMalformed(DecoderResult result) {
        if (result.cause() instanceof TooLongHttpLineException) {
            refuse(414, "the request line is longer than " + settings.maxHeaderBytes() + " bytes");
        } else if (result.cause() instanceof TooLongHttpHeaderException) {
            refuse(431, "the request's headers are larger than " + settings.maxHeaderBytes() + " bytes");
        } else {
            refuse(
                    400,
                    "the request is not HTTP/1.1: "
                            + ResponseText.clean(String.valueOf(result.cause().getMessage())));
        }
    }

    private HttpHead toHead(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest received) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> header : received.headers()) {
            headers.merge(header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (a, b) -> a + "," + b);
        }
        return new HttpHead(
                received.method().name(), received.uri(), headers, RequestProtocol.HTTP_1, connection.peer());
    }

    private boolean acceptsExpectation(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest received) {
        String expect = received.headers().get(HttpHeaderNames.EXPECT);
        if (expect == null || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect.strip())) {
            return true;
        }
        refuse(417, "only 100-continue can be expected");
        return false;
    }

    // The body

    private void addToBody(HttpContent content) {
        RequestIntake intake = request;
        if (intake == null) {
            throw new IllegalStateException("a body without a beginning");
        }
        if (content.decoderResult().isFailure()) {
            intake.refuse(400, "the body is not framed as its head says");
        } else if (intake.add(content.content()) && content instanceof LastHttpContent) {
            state = State.HANDLING;
            deadline.clear();
            channel.config().setAutoRead(false);
            intake.complete();
        }
    }

    // The answer

    @Override
    public void answered(HttpResponse response) {
        if (state != State.HANDLING) {
            return;
        }
        keepAlive &= !isEnding();
        request = null;
        ChannelFuture written = channel.writeAndFlush(Http1Response.of(response, keepAlive));
        if (!keepAlive) {
            closeAfter(written);
        } else if (channel.isWritable()) {
            goOn();
        } else {
            state = State.CONGESTED;
            deadline.set(settings.writeTimeout().toNanos());
        }
    }

    private void goOn() {
        state = State.IDLE;
        deadline.set(settings.idleTimeout().toNanos());
        // A pipelining peer's next requests are here already.
        while (state != State.HANDLING && state != State.CONGESTED && !waiting.isEmpty()) {
            receive(waiting.remove());
        }
        if (state != State.HANDLING && state != State.CONGESTED) {
            channel.config().setAutoRead(true);
        }
    }

    private void refuse(int status, String message) {
        if (request != null) {
            request.refuse(status, message);
        } else {
            refused(connection.handler().refusal(Optional.empty(), status, message));
        }
    }

    /** Answers before the request has been read to its end, and closes once the rest of it has been read away. */
    @Override
    public void refused(HttpResponse response) {
        if (state == State.CLOSED) {
            return;
        }
        boolean complete = state == State.HANDLING;
        request = null;
        keepAlive = false;
        ChannelFuture written = channel.writeAndFlush(Http1Response.of(response, false));
        if (complete) {
            closeAfter(written);
        } else {
            state = State.DISCARDING;
            deadline.set(DISCARD_NANOS);
        }
    }

    /** The peer has some time to take the last answer. */
    private void closeAfter(ChannelFuture written) {
        state = State.CLOSED;
        deadline.set(settings.writeTimeout().toNanos());
        written.addListener(ChannelFutureListener.CLOSE);
    }

    private void discard(HttpContent content) {
        if (content instanceof LastHttpContent) {
            channel.close();
        }
    }

    // Ending

    private void tooSlow() {
        switch (state) {
            case HEAD -> {
                connection.count(ServerEvent.HEAD_TIMEOUT);
                refuse(408, "the request's head took longer than " + settings.headTimeout());
            }
            case BODY -> {
                connection.count(ServerEvent.BODY_TIMEOUT);
                refuse(408, "the request's body took longer than " + settings.bodyTimeout());
            }
            case IDLE -> {
                connection.count(ServerEvent.IDLE_CLOSED);
                channel.close();
            }
            case CONGESTED, CLOSED -> {
                connection.count(ServerEvent.WRITE_TIMEOUT);
                connection.abort();
            }
            case DISCARDING -> channel.close();
            case HANDLING -> {}
        }
    }

    @Override
    public void closed() {
        state = State.CLOSED;
        deadline.cancel();
        age.cancel();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        if (request != null) {
            connection.count(ServerEvent.CANCELLED);
            request.discard();
        }
    }
}
