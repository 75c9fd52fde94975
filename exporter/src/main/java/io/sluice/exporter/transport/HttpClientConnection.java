package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.EmptyHttpHeaders;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpDecoderConfig;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderValues;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslCloseCompletionEvent;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.sluice.exporter.ExportResult;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the endpoint: one exchange at a time, idle in the pool in between.
 *
 * <pre>
 *   connecting --> idle <--> exchanging --> closed
 * </pre>
 *
 * It is used again only after an answer that came whole, to a request that was written whole, and that does not say
 * otherwise. If a connection from the pool ends before the first byte of an answer, the peer had closed it while it was
 * idle; the exchange goes to a fresh connection. In the transport's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel's outcome through its pipeline
final class HttpClientConnection {

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final HttpConnections pool;
    private final DriverSocketChannel channel;
    private final ConnectionDeadline idleDeadline;
    private final boolean secure;
    private final long generation;

    /** On the loop's ticker. */
    private final long madeAtNanos;

    private @Nullable HttpExchange exchange;
    private boolean usedBefore;
    private boolean requestWritten;

    private byte[] firstBytes = new byte[0];
    private @Nullable Answer answer;
    private @Nullable Throwable failure;

    /** The peer said in TLS that nothing more will come; without it, the end of the stream may be an attacker's. */
    private boolean endIsProven;

    /**
     * @param tls null for plain text
     * @param generation of the files that {@code tls} is made with
     */
    HttpClientConnection(
            HttpConnections pool,
            DriverSocketChannel channel,
            DriverEventLoop loop,
            @Nullable SslHandler tls,
            long generation) {
        this.pool = pool;
        this.channel = channel;
        this.idleDeadline = new ConnectionDeadline(loop, channel::close);
        this.secure = tls != null;
        this.generation = generation;
        this.madeAtNanos = loop.ticker().nanoTime();
        if (tls != null) {
            channel.pipeline().addLast(tls);
        }
        HttpDecoderConfig decoding =
                new HttpDecoderConfig().setMaxInitialLineLength(MAX_HEAD_BYTES).setMaxHeaderSize(MAX_HEAD_BYTES);
        channel.pipeline().addLast(new FirstBytes(), new HttpClientCodec(decoding, false, false), new Answers());
    }

    DriverSocketChannel channel() {
        return channel;
    }

    long generation() {
        return generation;
    }

    long madeAtNanos() {
        return madeAtNanos;
    }

    boolean isUsable() {
        return channel.isActive() && exchange == null;
    }

    /** Sends the request of {@code next} and sees it through. The connection is idle. */
    void run(HttpExchange next) {
        exchange = next;
        next.runOn(this);
        next.progress("sending the request");
        idleDeadline.clear();
        requestWritten = false;
        firstBytes = new byte[0];
        answer = null;
        channel.writeAndFlush(request(next)).addListener(written -> {
            if (written.isSuccess()) {
                requestWritten = true;
                next.progress("waiting for the answer");
            } else if (failure == null) {
                failure = written.cause();
            }
        });
    }

    private FullHttpRequest request(HttpExchange next) {
        RequestBody body = next.body();
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.POST,
                pool.endpoint().target(),
                body.content(),
                next.newHeaders(),
                EmptyHttpHeaders.INSTANCE);
        request.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.size());
        if (body.isGzip()) {
            request.headers().set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
        }
        return request;
    }

    /** The exchange was cancelled. */
    void abandon() {
        exchange = null;
        closeAtOnce();
    }

    /** Ends an idle connection, with TLS's farewell if there is any. */
    void close() {
        channel.close();
    }

    /** Without a farewell, before which a peer that takes nothing would make us wait. Nothing is written any more. */
    private void closeAtOnce() {
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    /** The connection could not be made. */
    void connectFailed(HttpExchange waiting, Throwable cause) {
        waiting.finish(
                pool.isClosed()
                        ? pool.shutDown()
                        : new ExportResult.Unreachable(pool.endpoint().name() + ": " + FailureWords.of(cause)));
    }

    /** The connection was made, but not safe. */
    void handshakeFailed(HttpExchange waiting, Throwable cause) {
        // Of a connection that broke, why it did says more than that it did.
        Throwable reason = cause instanceof ClosedChannelException && failure != null ? failure : cause;
        closeAtOnce();
        waiting.finish(
                pool.isClosed()
                        ? pool.shutDown()
                        : new ExportResult.Unreachable(pool.endpoint().name() + ": " + pool.words(reason)));
    }

    /** Sees the answer's bytes before they are decoded. */
    private final class FirstBytes extends ChannelInboundHandlerAdapter {

        private static final int KEPT_BYTES = 32;
        private static final String HTTP = "HTTP/1.";

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            HttpExchange current = exchange;
            if (current == null) {
                // Nobody asked anything: a peer that talks on an idle connection is closing it with some last words.
                bytes.release();
                ctx.close();
                return;
            }
            if (firstBytes.length == 0) {
                firstBytes = new byte[Math.min(KEPT_BYTES, bytes.readableBytes())];
                bytes.getBytes(bytes.readerIndex(), firstBytes);
                current.progress("reading the answer");
                if (!looksLikeHttp(firstBytes)) {
                    bytes.release();
                    notHttp();
                    return;
                }
            }
            ctx.fireChannelRead(bytes);
        }

        private static boolean looksLikeHttp(byte[] bytes) {
            int start = 0;
            while (start < bytes.length && (bytes[start] == '\r' || bytes[start] == '\n')) {
                start++;
            }
            for (int i = start; i < bytes.length && i - start < HTTP.length(); i++) {
                if (bytes[i] != HTTP.charAt(i - start)) {
                    return false;
                }
            }
            return true;
        }
    }

    private void notHttp() {
        String hint = "";
        if (firstBytes.length > 3 && firstBytes[0] == 0 && firstBytes[3] == 4) {
            hint = "; this looks like HTTP/2, so it may be a port for OTLP over gRPC";
        } else if (firstBytes.length > 1 && firstBytes[0] == 0x15 && firstBytes[1] == 3) {
            hint = "; this looks like TLS, so the endpoint may want https";
        }
        end(new ExportResult.Rejected(pool.endpoint().name() + " does not speak HTTP/1.1: it sent "
                + ResponseText.describe(firstBytes, firstBytes.length) + hint));
    }

    /** Sees what was decoded. */
    private final class Answers extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (exchange == null) {
                    return;
                }
                if (message instanceof io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse head) {
                    if (head.decoderResult().isFailure()) {
                        // Of a connection that has ended, what is left over is half an answer; its end is told next.
                        if (channel.isActive()) {
                            notHttp();
                        }
                        return;
                    }
                    answer = new Answer(head);
                }
                if (message instanceof HttpContent content && answer != null) {
                    addToAnswer(answer, content);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
                endIsProven = true;
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            Throwable cause = FailureWords.unwrapped(thrown);
            if (!(cause instanceof IOException)) {
                pool.report(cause);
            }
            failure = cause;
            closeAtOnce();
        }
    }

    /** An answer as it comes in. */
    private static final class Answer {
        final io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse head;
        final GrowingBytes body = new GrowingBytes(new byte[256]);

        Answer(io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse head) {
            this.head = head;
        }

        /** Interim answers such as 100 Continue; the real one follows. After 101 none of HTTP would. */
        boolean isInterim() {
            int status = head.status().code();
            return status < 200 && status != 101;
        }

        /** Whether the end of the connection is the end of the answer (RFC 9112, section 6.3). */
        boolean endsWithTheConnection() {
            int status = head.status().code();
            return status != 204
                    && status != 304
                    && !HttpUtil.isContentLengthSet(head)
                    && !HttpUtil.isTransferEncodingChunked(head);
        }

        String header(String name) {
            return head.headers().get(name, "");
        }
    }

    private void addToAnswer(Answer received, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            end(new ExportResult.Unreachable(
                    pool.endpoint().name() + " sent an answer that is not framed as its head says"));
            return;
        }
        int room = pool.maxResponseBytes() - received.body.size();
        if (content.content().readableBytes() > room) {
            end(tooLarge("larger than " + pool.maxResponseBytes() + " bytes"));
            return;
        }
        received.body.write(content.content().nioBuffer());
        if (content instanceof LastHttpContent) {
            if (received.isInterim()) {
                answer = null;
            } else if (secure && !endIsProven && received.endsWithTheConnection()) {
                end(new ExportResult.Unreachable(pool.endpoint().name()
                        + " closed the connection without TLS's close_notify, so its answer may be cut"));
            } else {
                complete(received);
            }
        }
    }

    private void complete(Answer received) {
        ExportResult outcome = outcome(received);
        if (exchange != null) {
            exchange.answered(received.head.status().code());
        }
        if (!requestWritten || !HttpUtil.isKeepAlive(received.head) || pool.isOutdated(this)) {
            end(outcome);
            return;
        }
        HttpExchange done = exchange;
        exchange = null;
        answer = null;
        usedBefore = true;
        idleDeadline.set(pool.idleNanos());
        pool.idle(this);
        if (done != null) {
            done.finish(outcome);
        }
    }

    private ExportResult outcome(Answer received) {
        byte[] body = received.body.toByteArray();
        String encoding = received.header("content-encoding").strip().toLowerCase(Locale.ROOT);
        if (encoding.equals("gzip") && body.length > 0) {
            try {
                body = Gzip.inflate(body, body.length, pool.maxResponseBytes());
            } catch (Gzip.TooLargeException e) {
                return tooLarge(String.valueOf(e.getMessage()));
            } catch (IOException e) {
                // The status says what counts; only words are lost.
                body = new byte[0];
            }
        }
        int status = received.head.status().code();
        return new OtlpAnswer(pool.endpoint().name(), status, received::header, body).toResult(pool.now());
    }

    private ExportResult tooLarge(String how) {
        return new ExportResult.Rejected(pool.endpoint().name() + " sent an answer " + how);
    }

    /** The exchange is over and the connection, too. */
    private void end(ExportResult outcome) {
        HttpExchange ended = exchange;
        exchange = null;
        // First, so that nothing writes the body any more when it is given back.
        if (requestWritten) {
            close();
        } else {
            closeAtOnce();
        }
        if (ended != null) {
            ended.finish(outcome);
        }
    }

    private void closed() {
        idleDeadline.cancel();
        pool.closed(this);
        HttpExchange cut = exchange;
        exchange = null;
        if (cut == null) {
            return;
        }
        if (pool.isClosed()) {
            cut.finish(pool.shutDown());
            return;
        }
        boolean nothingCame = firstBytes.length == 0;
        if (usedBefore && nothingCame && cut.maySendAgain()) {
            pool.runOnFresh(cut);
            return;
        }
        String how =
                nothingCame ? " closed the connection without an answer" : " closed the connection within its answer";
        String why = failure == null ? "" : " (" + pool.words(failure) + ")";
        cut.finish(new ExportResult.Unreachable(pool.endpoint().name() + how + why));
    }
}
