package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2EventAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Flags;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks HTTP/2 (RFC 9113): frames from Netty's codec to {@link Http2Exchange}s, answers back.
 *
 * <p>The windows are reopened for all that comes, because all that comes is at once either part of a request that was
 * admitted, its bytes reserved, or dropped. So what a peer can make us hold beyond what was reserved is the bytes of one
 * frame and of one head.
 *
 * <p>In the connection's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel's outcome through its pipeline
final class Http2ServerConnection extends Http2EventAdapter implements ServerConnection.Protocol, Http2Codec.Watcher {

    /** For GOAWAY to leave before the connection is cut off. */
    private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** By which the answer to our own ping is known. */
    private static final long LEAVING_PING = 0x51C1CE;

    private final ServerConnection connection;
    private final Http2Answers answers;
    private final Http2Codec codec;
    private final ChannelHandlerContext ctx;
    private final Http2Connection streams;
    private final Http2Connection.PropertyKey key;
    private final ControlFrameLimit controlFrames;
    private final Set<Http2Exchange> exchanges = new HashSet<>();

    /** No stream for too long, half a frame for too long, or GOAWAY not taken. */
    private final ConnectionDeadline idle;

    /** Of the stream that is the next to run out of time. */
    private final ConnectionDeadline nextStream;

    private final ConnectionDeadline age;

    /** For the peer to have seen the first GOAWAY. */
    private final ConnectionDeadline farewell;

    /** The first GOAWAY has been sent, and the last one. */
    private boolean leaving;

    private boolean left;

    /** GOAWAY is on its way and nothing else matters. */
    private boolean failed;

    /** Part of a frame has come and its time is running. */
    private boolean partTimed;

    /** Frames that have come, and how many there were when the time began to run. */
    private long frames;

    private long framesBefore;
    private boolean flushQueued;

    Http2ServerConnection(ServerConnection connection) {
        this.connection = connection;
        this.answers = new Http2Answers(connection.handler().codings());
        this.idle = new ConnectionDeadline(connection.loop(), this::idle);
        this.nextStream = new ConnectionDeadline(connection.loop(), this::lookAtStreams);
        this.age = connection.ageLimit(this::drain);
        this.farewell = new ConnectionDeadline(connection.loop(), this::farewellPassed);
        this.controlFrames = new ControlFrameLimit(connection.settings().http2());
        this.codec = Http2Codec.create(connection.settings(), this, this);
        this.streams = codec.connection();
        this.key = streams.newKey();
        streams.addListener(this);
        idle.set(connection.settings().idleTimeout().toNanos());
        connection.install(codec);
        this.ctx = connection.channel().pipeline().context(codec);
        widenWindow();
    }

    /** The connection's window begins at what the protocol says and can only be widened afterwards. */
    private void widenWindow() {
        int more = connection.settings().http2().windowBytes() - Http2Limits.MIN_WINDOW_BYTES;
        if (more > 0) {
            try {
                codec.decoder().flowController().incrementWindowSize(streams.connectionStream(), more);
            } catch (Http2Exception e) {
                throw new IllegalStateException("a new connection's window cannot be widened", e);
            }
        }
    }

    // Frames

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        onHeadersRead(context, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
        frames++;
        Http2Stream stream = streams.stream(streamId);
        Http2Exchange known = stream.getProperty(key);
        if (known != null) {
            known.data(Unpooled.EMPTY_BUFFER, endOfStream);
            return;
        }
        controlFrames.request();
        idle.clear();
        Http2Exchange exchange = new Http2Exchange(this, connection, streamId, toHead(headers));
        stream.setProperty(key, exchange);
        exchanges.add(exchange);
        exchange.begin(endOfStream);
    }

    private HttpHead toHead(Http2Headers received) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<CharSequence, CharSequence> header : received) {
            String name = header.getKey().toString();
            if (!name.startsWith(":")) {
                headers.merge(name, header.getValue().toString(), (a, b) -> a + "," + b);
            }
        }
        if (received.authority() != null) {
            headers.putIfAbsent("host", received.authority().toString());
        }
        boolean call = GrpcWords.isCall(received.get("content-type"));
        if (call) {
            // It is not about the message, and whatever it says is not checked.
            headers.remove("content-length");
        }
        return new HttpHead(
                String.valueOf(received.method()),
                String.valueOf(received.path()),
                headers,
                call ? RequestProtocol.GRPC : RequestProtocol.HTTP_2,
                connection.peer());
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        frames++;
        int taken = data.readableBytes() + padding;
        Http2Exchange exchange = exchange(streams.stream(streamId));
        if (exchange != null) {
            exchange.data(data, endOfStream);
        }
        return taken;
    }

    private @Nullable Http2Exchange exchange(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        controlFrames.count(nowNanos());
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        controlFrames.count(nowNanos());
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
        if (leaving && data == LEAVING_PING) {
            leave();
        }
        controlFrames.count(nowNanos());
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext context, int streamId, int streamDependency, short weight, boolean exclusive)
            throws Http2Exception {
        controlFrames.count(nowNanos());
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int increment) throws Http2Exception {
        controlFrames.count(nowNanos());
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext context, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        controlFrames.count(nowNanos());
    }

    // Answers

    void send(Http2Exchange exchange, HttpResponse response) {
        answers.write(codec.encoder(), ctx, exchange.streamId(), exchange.isCall(), response)
                .addListener(written -> {
                    if (written.isSuccess()) {
                        exchange.sent();
                    }
                });
        flushSoon();
    }

    void sendContinue(int streamId) {
        answers.writeContinue(codec.encoder(), ctx, streamId);
        flushSoon();
    }

    /** Asks a peer that has its answer to send no more (RFC 9113, section 8.1). */
    void stop(Http2Exchange exchange) {
        codec.resetStream(ctx, exchange.streamId(), Http2Error.NO_ERROR.code(), ctx.newPromise());
        flushSoon();
    }

    /** One flush for all answers of a turn. */
    private void flushSoon() {
        if (!codec.isReading() && !flushQueued) {
            flushQueued = true;
            connection.inLoop(() -> {
                flushQueued = false;
                codec.flush(ctx);
            });
        }
    }

    // Time

    long nowNanos() {
        return connection.loop().ticker().nanoTime();
    }

    /** A stream is to be looked at by then. */
    void watch(long deadlineNanos) {
        nextStream.setNoLaterThan(deadlineNanos);
    }

    private void lookAtStreams() {
        long now = nowNanos();
        List<Http2Exchange> late = new ArrayList<>();
        for (Http2Exchange exchange : exchanges) {
            if (exchange.nextDeadlineNanos() <= now) {
                late.add(exchange);
            }
        }
        late.forEach(Http2Exchange::tooSlow);
        for (Http2Exchange exchange : exchanges) {
            watch(exchange.nextDeadlineNanos());
        }
    }

    /** A peer that leaves its answer where it is keeps what it costs us; without it the others are better off. */
    void notTaken() {
        connection.count(ServerEvent.WRITE_TIMEOUT);
        end(Http2Error.ENHANCE_YOUR_CALM);
    }

    private void idle() {
        if (failed) {
            connection.abort();
        } else if (partTimed) {
            connection.count(ServerEvent.HEAD_TIMEOUT);
            end(Http2Error.ENHANCE_YOUR_CALM);
        } else {
            connection.count(ServerEvent.IDLE_CLOSED);
            drain();
        }
    }

    @Override
    public void readComplete(boolean partOfAFrame) {
        if (failed) {
            return;
        }
        if (partOfAFrame && (!partTimed || frames != framesBefore)) {
            partTimed = true;
            framesBefore = frames;
            idle.set(connection.settings().headTimeout().toNanos());
        } else if (!partOfAFrame && partTimed) {
            partTimed = false;
            restartIdle();
        }
    }

    private void restartIdle() {
        if (exchanges.isEmpty()) {
            idle.set(connection.settings().idleTimeout().toNanos());
        } else {
            idle.clear();
        }
    }

    // The end

    /**
     * In two steps, as gRPC does it: the first GOAWAY asks for no more streams, and the second, when the peer has
     * certainly seen the first, says which was the last. With one alone, requests that crossed it on the way would be
     * lost to their sender, and by Netty's reading an error that costs those under way as well.
     */
    @Override
    public void drain() {
        if (leaving || failed) {
            return;
        }
        leaving = true;
        goAway(Integer.MAX_VALUE, Http2Error.NO_ERROR);
        codec.encoder().writePing(ctx, false, LEAVING_PING, ctx.newPromise());
        codec.flush(ctx);
        farewell.set(FAREWELL_NANOS);
    }

    /** The last step: the connection closes when the streams that there are have ended. */
    private void leave() {
        if (!failed && !left) {
            left = true;
            goAway(streams.remote().lastStreamCreated(), Http2Error.NO_ERROR);
            connection.channel().close();
            cutOffWhenDone();
        }
    }

    /** A peer that does not even take GOAWAY keeps nothing open. */
    private void cutOffWhenDone() {
        if (exchanges.isEmpty()) {
            farewell.set(FAREWELL_NANOS);
        } else {
            farewell.clear();
        }
    }

    private void farewellPassed() {
        if (left) {
            connection.abort();
        } else {
            leave();
        }
    }

    private void goAway(int lastStream, Http2Error error) {
        codec.goAway(ctx, lastStream, error.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    }

    /** Ends the connection whatever is under way, saying why. */
    private void end(Http2Error error) {
        goAway(streams.remote().lastStreamCreated(), error);
        codec.flush(ctx);
        cutOff();
    }

    @Override
    public void failed(Http2Error error) {
        connection.count(error == Http2Error.ENHANCE_YOUR_CALM ? ServerEvent.FLOOD : ServerEvent.PROTOCOL_ERROR);
        cutOff();
    }

    /** Reads nothing more, and is gone as soon as GOAWAY had its chance. */
    private void cutOff() {
        failed = true;
        connection.channel().config().setAutoRead(false);
        idle.set(FAREWELL_NANOS);
    }

    @Override
    public void streamFailed() {
        connection.count(ServerEvent.STREAM_ERROR);
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null && exchanges.remove(exchange)) {
            exchange.closed();
            if (left) {
                cutOffWhenDone();
            } else if (!failed && !partTimed) {
                restartIdle();
            }
        }
    }

    @Override
    public void closed() {
        idle.cancel();
        nextStream.cancel();
        age.cancel();
        farewell.cancel();
        for (Http2Exchange exchange : List.copyOf(exchanges)) {
            exchange.closed();
        }
        exchanges.clear();
    }
}
