package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderResult;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
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
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an {@link HttpServer}: one request at a time, from its first byte to its answer.
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
 * While a request is handled nothing is read from the peer; what a pipelining peer had sent with it waits in
 * {@link #waiting}. A refused body is read away for a moment, because closing a socket with unread bytes makes the
 * kernel send a reset that may overtake the answer.
 *
 * <p>In the connection's loop, except {@link #drain}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel\'s outcome through its pipeline
final class HttpServerConnection {

    /** How long the rest of a refused request is read away. */
    private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final AtomicLong IDS = new AtomicLong();

    private static final int FIRST_BODY_BYTES = 8 * 1024;

    private enum State {
        IDLE,
        HEAD,
        BODY,
        HANDLING,
        DISCARDING,
        CLOSED
    }

    private final long id = IDS.incrementAndGet();
    private final HttpServer server;
    private final HttpServerSettings settings;
    private final DriverSocketChannel channel;
    private final DriverEventLoop loop;
    private final ConnectionDeadline deadline;

    /** Decoded while an earlier request was handled; at most what one read held. */
    private final Deque<HttpObject> waiting = new ArrayDeque<>();

    private State state = State.IDLE;
    private boolean keepAlive = true;
    private boolean gzip;
    private @Nullable HttpHead head;
    private @Nullable GrowingBytes body;
    private Reservation reservation = Reservation.none();

    HttpServerConnection(HttpServer server, DriverSocketChannel channel, DriverEventLoop loop) {
        this.server = server;
        this.settings = server.settings();
        this.channel = channel;
        this.loop = loop;
        this.deadline = new ConnectionDeadline(loop, this::tooSlow);
    }

    /** Registers the channel with its loop. Called in the acceptor's loop. */
    void start() {
        HttpDecoderConfig decoding = new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maxHeaderBytes())
                .setMaxHeaderSize(settings.maxHeaderBytes());
        channel.pipeline().addLast(new FirstByte(), new HttpServerCodec(decoding), new Requests());
        loop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                server.removed(this, channel);
            }
        });
    }

    /** Closes the connection as soon as no request is under way. Any thread. */
    void drain() {
        inLoop(() -> {
            if (state == State.IDLE || state == State.HEAD) {
                channel.close();
            }
        });
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
        /** The head is incomplete and its time is running. */
        private boolean headTimed;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (server.isDraining()) {
                ctx.close();
                return;
            }
            deadline.set(settings.headTimeout().toNanos());
            ctx.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (state == State.HANDLING) {
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
        public void channelInactive(ChannelHandlerContext ctx) {
            closed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!(cause instanceof IOException)) {
                loop.report(cause);
            }
            ctx.close();
        }
    }

    private void receive(HttpObject message) {
        try {
            if (message instanceof io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest request) {
                if (state != State.DISCARDING && state != State.CLOSED) {
                    beginRequest(request);
                }
            } else if (message instanceof HttpContent content) {
                switch (state) {
                    case BODY -> addToBody(content);
                    case DISCARDING -> discard(content);
                    case IDLE, HEAD, HANDLING, CLOSED -> {}
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    // The head

    private void beginRequest(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest request) {
        deadline.clear();
        head = null;
        keepAlive = HttpUtil.isKeepAlive(request) && !server.isDraining();
        if (request.decoderResult().isFailure()) {
            refuseMalformed(request.decoderResult());
            return;
        }
        if (request.protocolVersion().majorVersion() != 1) {
            refuse(505, "this port speaks HTTP/1.1, not " + request.protocolVersion() + " (gRPC needs another port)");
            return;
        }
        if (server.isDraining()) {
            refuse(503, "the server is shutting down");
            return;
        }
        HttpHead received = toHead(request);
        head = received;
        if (!acceptsEncoding(received) || !acceptsExpectation(request) || !acceptsLength(received)) {
            return;
        }
        admit(request, received);
    }

    private void admit(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest request, HttpHead received) {
        Admission admission;
        try {
            admission = server.handler().admit(received);
        } catch (RuntimeException e) {
            loop.report(e);
            refuse(500, "the server failed to look at the request");
            return;
        }
        if (admission instanceof Admission.Refused refused) {
            answerAndDiscard(refused.response());
        } else if (admission instanceof Admission.Accepted accepted) {
            reservation = accepted.reservation();
            state = State.BODY;
            int known = (int) received.contentLength().orElse(FIRST_BODY_BYTES);
            body = new GrowingBytes(new byte[Math.min(known, FIRST_BODY_BYTES)]);
            deadline.set(settings.bodyTimeout().toNanos());
            if (HttpUtil.is100ContinueExpected(request)) {
                channel.writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            }
        }
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

    private HttpHead toHead(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> header : request.headers()) {
            headers.merge(header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (a, b) -> a + "," + b);
        }
        return new HttpHead(request.method().name(), request.uri(), headers, RequestProtocol.HTTP_1, connection());
    }

    private PeerConnection connection() {
        return new PeerConnection(id, channel.remoteAddress(), false, Optional.empty());
    }

    private boolean acceptsEncoding(HttpHead received) {
        String encoding =
                received.header("content-encoding").orElse("identity").strip().toLowerCase(Locale.ROOT);
        gzip = encoding.equals("gzip") || encoding.equals("x-gzip");
        if (gzip || encoding.equals("identity") || encoding.isEmpty()) {
            return true;
        }
        refuse(415, "content encoding " + ResponseText.clean(encoding) + " is not supported; allowed: gzip, identity");
        return false;
    }

    private boolean acceptsExpectation(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpRequest request) {
        String expect = request.headers().get(HttpHeaderNames.EXPECT);
        if (expect == null || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect.strip())) {
            return true;
        }
        refuse(417, "only 100-continue can be expected");
        return false;
    }

    private boolean acceptsLength(HttpHead received) {
        if (received.contentLength().orElse(0) <= settings.maxBodyBytes()) {
            return true;
        }
        refuse(413, tooLarge());
        return false;
    }

    private String tooLarge() {
        return "the body is larger than " + settings.maxBodyBytes() + " bytes";
    }

    // The body

    private void addToBody(HttpContent content) {
        GrowingBytes received = body;
        HttpHead of = head;
        if (received == null || of == null) {
            throw new IllegalStateException("a body without a beginning");
        }
        if (content.decoderResult().isFailure()) {
            refuse(400, "the body is not framed as its head says");
            return;
        }
        ByteBuf bytes = content.content();
        if (bytes.readableBytes() > settings.maxBodyBytes() - received.size()) {
            refuse(413, tooLarge());
            return;
        }
        int unannounced = of.contentLength().isPresent() ? 0 : bytes.readableBytes();
        if (!reservation.tryGrow(unannounced)) {
            answerAndDiscard(reservation.refusal());
            return;
        }
        received.write(bytes.nioBuffer());
        if (content instanceof LastHttpContent) {
            bodyComplete(received);
        }
    }

    private void bodyComplete(GrowingBytes received) {
        state = State.HANDLING;
        body = null;
        deadline.clear();
        channel.config().setAutoRead(false);
        if (!gzip) {
            byte[] plain = received.toByteArray();
            hand(plain, plain.length);
        } else if (received.size() <= Gzip.SMALL_BYTES) {
            inflate(received).run();
        } else {
            inflateElsewhere(received);
        }
    }

    /** Decompresses where it is called; gives what is to be done about the outcome in the loop. */
    private Runnable inflate(GrowingBytes compressed) {
        try {
            byte[] plain = Gzip.inflate(compressed.array(), compressed.size(), settings.maxInflatedBytes());
            return () -> hand(plain, compressed.size());
        } catch (Gzip.TooLargeException e) {
            return () -> refuse(413, "the body is " + e.getMessage());
        } catch (IOException e) {
            return () -> refuse(400, "the body is not gzip as its head says: " + e.getMessage());
        }
    }

    private void inflateElsewhere(GrowingBytes compressed) {
        server.handle()
                .spawnBlocking(() -> {
                    Runnable next = () -> refuse(500, "the body could not be decompressed");
                    try {
                        next = inflate(compressed);
                    } finally {
                        inLoop(next);
                    }
                    return null;
                })
                .detach();
    }

    /** Runs {@code step} in the loop; not at all if the loop has ended and every channel with it. Any thread. */
    private void inLoop(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            return;
        }
    }

    private void hand(byte[] plain, int bytesOnWire) {
        HttpHead received = head;
        if (state != State.HANDLING || received == null) {
            return;
        }
        // From here on the handler answers for what was reserved.
        Reservation held = reservation;
        reservation = Reservation.none();
        Answer answer = new Answer();
        try {
            server.handler().handle(new HttpRequest(received, plain, bytesOnWire, held), answer);
        } catch (RuntimeException e) {
            loop.report(e);
            answer.respond(
                    server.handler().refusal(Optional.of(received), 500, "the server failed to handle the request"));
        }
    }

    // The answer

    /** The handler's way back to the loop. */
    private final class Answer implements Responder {
        private final AtomicBoolean given = new AtomicBoolean();

        @Override
        public void respond(HttpResponse response) {
            if (!given.compareAndSet(false, true)) {
                return;
            }
            if (loop.inEventLoop()) {
                answerAndGoOn(response);
                return;
            }
            inLoop(() -> answerAndGoOn(response));
        }
    }

    private void answerAndGoOn(HttpResponse response) {
        if (state != State.HANDLING) {
            return;
        }
        keepAlive &= !server.isDraining();
        ChannelFuture written = write(response);
        if (!keepAlive) {
            closeAfter(written);
            return;
        }
        head = null;
        state = State.IDLE;
        deadline.set(settings.idleTimeout().toNanos());
        // A pipelining peer's next requests are here already.
        while (state != State.HANDLING && !waiting.isEmpty()) {
            receive(waiting.remove());
        }
        if (state != State.HANDLING) {
            channel.config().setAutoRead(true);
        }
    }

    private void refuse(int status, String message) {
        answerAndDiscard(server.handler().refusal(Optional.ofNullable(head), status, message));
    }

    /** Answers before the request has been read to its end, and closes once the rest of it has been read away. */
    private void answerAndDiscard(HttpResponse response) {
        if (state == State.CLOSED) {
            return;
        }
        boolean complete = state == State.HANDLING;
        giveUpBody();
        keepAlive = false;
        ChannelFuture written = write(response);
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
        deadline.set(settings.idleTimeout().toNanos());
        written.addListener(ChannelFutureListener.CLOSE);
    }

    private void discard(HttpContent content) {
        if (content instanceof LastHttpContent) {
            channel.close();
        }
    }

    private void giveUpBody() {
        body = null;
        Reservation held = reservation;
        reservation = Reservation.none();
        held.discarded();
    }

    private ChannelFuture write(HttpResponse response) {
        FullHttpResponse message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        response.headers().forEach(message.headers()::set);
        response.grpcStatus()
                .flatMap(GrpcStatus::retryAfter)
                .filter(wait -> !message.headers().contains(HttpHeaderNames.RETRY_AFTER))
                .ifPresent(wait -> message.headers().set(HttpHeaderNames.RETRY_AFTER, RetryAfterHeader.format(wait)));
        message.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        if (!keepAlive) {
            message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return channel.writeAndFlush(message);
    }

    // Ending

    private void tooSlow() {
        switch (state) {
            case HEAD -> refuse(408, "the request's head took longer than " + settings.headTimeout());
            case BODY -> refuse(408, "the request's body took longer than " + settings.bodyTimeout());
            case IDLE, DISCARDING, CLOSED -> channel.close();
            case HANDLING -> {}
        }
    }

    private void closed() {
        state = State.CLOSED;
        deadline.cancel();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        giveUpBody();
        server.removed(this, channel);
    }
}
