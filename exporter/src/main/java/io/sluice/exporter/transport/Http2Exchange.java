package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection: a request, or a unary call of gRPC, and its answer.
 *
 * <pre>
 *            head [and prefix]: admitted          end of the body
 *   OPENED ------------------------------> BODY -----------------> HANDLING
 *      |                                     |                         | answer
 *      | refused                             | refused                 v
 *      +-------------------------------------+--------------------> ANSWERED --> ENDED
 * </pre>
 *
 * A call is admitted when the prefix of its message has told how large that is; nothing of the message is kept before.
 * What comes after a refusal is dropped as it arrives. The stream ends when both sides have; a peer that goes on sending
 * for long after its answer is told to stop.
 *
 * <p>In the connection's loop.
 */
final class Http2Exchange implements RequestIntake.Replies {

    /** How long a refused peer may go on sending before its stream is reset. */
    private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** More than this is not waited for to come and be dropped. */
    private static final long DISCARD_BYTES = 1 << 20;

    private static final String IDENTITY = "identity";

    private enum Phase {
        OPENED,
        BODY,
        HANDLING,
        ANSWERED,
        ENDED
    }

    private final Http2ServerConnection streams;
    private final ServerConnection connection;
    private final int streamId;
    private final HttpHead head;
    private final boolean call;

    private Phase phase = Phase.OPENED;
    private @Nullable RequestIntake intake;

    /** Until it is read. */
    private final GrpcPrefix prefix = new GrpcPrefix();

    /** Of the call's message, still to come. */
    private long messageLeft;

    /** The peer has ended its side. */
    private boolean received;

    /** The answer has left. */
    private boolean sent;

    /** On the loop's ticker; Long.MAX_VALUE for none. */
    private long deadlineNanos = Long.MAX_VALUE;

    /** The call's own limit, on the loop's ticker. */
    private long callDeadlineNanos = Long.MAX_VALUE;

    Http2Exchange(Http2ServerConnection streams, ServerConnection connection, int streamId, HttpHead head) {
        this.streams = streams;
        this.connection = connection;
        this.streamId = streamId;
        this.head = head;
        this.call = head.protocol() == RequestProtocol.GRPC;
    }

    int streamId() {
        return streamId;
    }

    boolean isCall() {
        return call;
    }

    // The request

    void begin(boolean complete) {
        received = complete;
        if (connection.isDraining()) {
            answer(connection.handler().refusal(Optional.of(head), 503, "the server is shutting down"));
            return;
        }
        limit(connection.settings().bodyTimeout().toNanos());
        if (call) {
            beginCall();
        } else {
            beginRequest();
        }
        if (complete) {
            endOfBody();
        }
    }

    private void beginRequest() {
        RequestIntake request = new RequestIntake(connection, head, this);
        intake = request;
        String expect = head.header("expect").orElse("");
        if (!expect.isEmpty() && !expect.strip().equalsIgnoreCase("100-continue")) {
            request.refuse(417, "only 100-continue can be expected");
        } else if (request.begin()) {
            phase = Phase.BODY;
            if (!expect.isEmpty() && !received) {
                streams.sendContinue(streamId);
            }
        }
    }

    private void beginCall() {
        String type = head.header("content-type").orElse("");
        if (!GrpcWords.isProtobuf(type)) {
            refuseCall(
                    GrpcWords.UNIMPLEMENTED,
                    415,
                    "content type " + ResponseText.clean(type)
                            + " is not supported; allowed: application/grpc, application/grpc+proto");
            return;
        }
        if (!head.method().equals("POST")) {
            refuseCall(GrpcWords.INTERNAL, 405, "a call is a POST, not " + ResponseText.clean(head.method()));
            return;
        }
        Optional<String> timeout = head.header("grpc-timeout");
        if (timeout.isPresent()) {
            Optional<Long> nanos = GrpcWords.timeoutNanos(timeout.get());
            if (nanos.isEmpty()) {
                refuseCall(
                        GrpcWords.INTERNAL,
                        400,
                        "grpc-timeout is " + ResponseText.clean(timeout.get())
                                + "; allowed: up to 8 digits and one of H, M, S, m, u, n");
                return;
            }
            callDeadlineNanos = streams.nowNanos() + nanos.get();
            streams.watch(callDeadlineNanos);
        }
    }

    private void refuseCall(int code, int status, String message) {
        HttpResponse refusal = connection.handler().refusal(Optional.of(head), status, message);
        answer(refusal.withGrpcStatus(new GrpcStatus(code, message)));
    }

    void data(ByteBuf data, boolean last) {
        received |= last;
        if (call) {
            callData(data);
        } else if (phase == Phase.BODY && intake != null) {
            intake.add(data);
        }
        if (last) {
            endOfBody();
        }
    }

    private void callData(ByteBuf data) {
        if (phase == Phase.OPENED && prefix.read(data)) {
            admitCall();
        }
        if (phase != Phase.BODY || intake == null || !data.isReadable()) {
            return;
        }
        if (data.readableBytes() > messageLeft) {
            intake.discard();
            refuseCall(GrpcWords.INTERNAL, 400, "there is more than one message in a unary call");
            return;
        }
        messageLeft -= data.readableBytes();
        intake.add(data);
    }

    /** The prefix is there: the call is put as the request over HTTP that it amounts to. */
    private void admitCall() {
        messageLeft = prefix.messageBytes();
        String encoding = head.header("grpc-encoding").orElse(IDENTITY);
        ContentCodings codings = connection.handler().codings();
        if (!prefix.isKnown()) {
            refuseCall(GrpcWords.INTERNAL, 400, "the message does not begin with a 0 or a 1");
        } else if (prefix.compressed() && encoding.equals(IDENTITY)) {
            refuseCall(GrpcWords.INTERNAL, 400, "the message is compressed, but grpc-encoding does not say how");
        } else if (prefix.compressed() && codings.find(encoding).isEmpty()) {
            refuseCall(
                    GrpcWords.UNIMPLEMENTED,
                    415,
                    "grpc-encoding " + ResponseText.clean(encoding) + " is not supported; allowed: one of "
                            + codings.names() + ", identity");
        } else {
            Map<String, String> headers = new HashMap<>(head.headers());
            headers.put("content-length", Long.toString(messageLeft));
            headers.put("content-encoding", prefix.compressed() ? encoding : IDENTITY);
            RequestIntake request = new RequestIntake(
                    connection,
                    new HttpHead(head.method(), head.target(), headers, RequestProtocol.GRPC, head.connection()),
                    this);
            intake = request;
            if (request.begin()) {
                phase = Phase.BODY;
            }
        }
    }

    private void endOfBody() {
        if (phase == Phase.OPENED || (call && phase == Phase.BODY && messageLeft > 0)) {
            if (intake != null) {
                intake.discard();
            }
            refuseCall(
                    GrpcWords.INTERNAL,
                    400,
                    phase == Phase.OPENED
                            ? "the call ended before its message"
                            : "the call ended " + messageLeft + " bytes before the end of its message");
        } else if (phase == Phase.BODY && intake != null) {
            phase = Phase.HANDLING;
            deadlineNanos = Long.MAX_VALUE;
            intake.complete();
        }
    }

    // The answer

    @Override
    public void refused(HttpResponse response) {
        answer(response);
    }

    @Override
    public void answered(HttpResponse response) {
        answer(response);
    }

    private void answer(HttpResponse response) {
        if (phase == Phase.ANSWERED || phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ANSWERED;
        intake = null;
        callDeadlineNanos = Long.MAX_VALUE;
        limit(connection.settings().writeTimeout().toNanos());
        streams.send(this, response);
    }

    /** The answer has left. */
    void sent() {
        sent = true;
        if (phase == Phase.ANSWERED && !received) {
            if (messageLeft > DISCARD_BYTES || head.contentLength().orElse(0) > DISCARD_BYTES) {
                streams.stop(this);
            } else {
                limit(DISCARD_NANOS);
            }
        }
    }

    // The end

    private void limit(long nanos) {
        deadlineNanos = streams.nowNanos() + nanos;
        streams.watch(deadlineNanos);
    }

    /** When it is to be looked at next, on the loop's ticker. */
    long nextDeadlineNanos() {
        return Math.min(deadlineNanos, callDeadlineNanos);
    }

    /** Called when {@link #nextDeadlineNanos} has passed. */
    void tooSlow() {
        switch (phase) {
            case OPENED, BODY, HANDLING -> {
                boolean ownLimit = callDeadlineNanos <= deadlineNanos;
                if (!ownLimit) {
                    connection.count(ServerEvent.BODY_TIMEOUT);
                }
                RequestIntake request = intake;
                if (request != null) {
                    request.discard();
                }
                String words = ownLimit
                        ? "the call's own time limit has passed"
                        : "the request's body took longer than "
                                + connection.settings().bodyTimeout();
                answer(connection
                        .handler()
                        .refusal(Optional.of(head), 408, words)
                        .withGrpcStatus(new GrpcStatus(GrpcWords.DEADLINE_EXCEEDED, words)));
            }
            case ANSWERED -> {
                deadlineNanos = Long.MAX_VALUE;
                if (sent) {
                    streams.stop(this);
                } else {
                    streams.notTaken();
                }
            }
            case ENDED -> {}
        }
    }

    /** The stream is gone, whoever ended it. */
    void closed() {
        if (phase != Phase.ANSWERED) {
            connection.count(ServerEvent.CANCELLED);
        }
        phase = Phase.ENDED;
        deadlineNanos = Long.MAX_VALUE;
        callDeadlineNanos = Long.MAX_VALUE;
        if (intake != null) {
            intake.discard();
            intake = null;
        }
    }
}
