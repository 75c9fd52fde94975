package io.sluice.exporter.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.CodedAttempt;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.headers.HeaderCalls;
import io.sluice.exporter.headers.HeadersException;
import io.sluice.exporter.transport.BodyMaking;
import io.sluice.exporter.transport.RequestBody;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, within a deadline that counts from the first poll.
 *
 * <pre>
 *   START --first of all--> OPENING --+--> (ASKING for metadata) --> MAKING the body --> CALLING --outcome, deadline--> Ready
 *     \--channel is there-------------^
 * </pre>
 *
 * All fields: whoever polls or cancels.
 */
final class GrpcSend implements CodedAttempt {

    private final GrpcTransport transport;
    private final Payload payload;

    private @Nullable Sleep deadline;
    private GrpcConnections.@Nullable Mark mark;
    private @Nullable ManagedChannel channel;
    private @Nullable Future<ManagedChannel> opening;
    private HeaderCalls.@Nullable Asking asking;
    private @Nullable Metadata headers;
    private @Nullable BodyMaking making;
    private @Nullable GrpcCall call;

    /** Of the answer. */
    private Optional<AnswerCode> code = Optional.empty();

    GrpcSend(GrpcTransport transport, Payload payload) {
        this.transport = transport;
        this.payload = payload;
    }

    @Override
    public Poll<ExportResult> poll(Context cx) throws Exception {
        if (transport.channel().isClosed() && call == null) {
            cancel();
            return Poll.ready(transport.shutDown());
        }
        Sleep limit = deadline == null ? start() : deadline;
        Poll<ExportResult> ended;
        try {
            ended = step(cx);
        } catch (JoinException e) {
            if (!e.isCancelled()) {
                throw e;
            }
            ended = Poll.ready(new ExportResult.Unreachable(transport.name() + ": the runtime is shutting down"));
        }
        if (ended.isPending()) {
            return pollDeadline(cx, limit);
        }
        code = call == null ? Optional.empty() : call.code();
        call = null;
        cancel();
        return ended;
    }

    @Override
    public Optional<AnswerCode> code() {
        return code;
    }

    private Sleep start() {
        Sleep limit = transport.handle().sleep(transport.settings().exportTimeout());
        deadline = limit;
        mark = transport.channel().connections().mark();
        channel = transport.channel().ifOpen();
        return limit;
    }

    private Poll<ExportResult> step(Context cx) throws Exception {
        if (channel == null) {
            if (opening == null) {
                opening = transport.channel().open();
            }
            Poll<ManagedChannel> opened = opening.poll(cx);
            if (opened.isPending()) {
                return Poll.pending();
            }
            opening = null;
            channel = opened.get();
        }
        if (headers == null) {
            Poll<ExportResult> refused = pollHeaders(cx);
            if (refused.isReady() || headers == null) {
                return refused;
            }
        }
        if (call == null) {
            if (making == null) {
                making = new BodyMaking(
                        transport.handle(), payload, transport.settings().compression(), transport.bodies());
            }
            Poll<Optional<RequestBody>> made = making.poll(cx);
            if (made.isPending()) {
                return Poll.pending();
            }
            making = null;
            transport.channel().renewIfOld();
            if (made.get().isEmpty()) {
                return Poll.ready(new ExportResult.Unreachable(transport.name() + ": the runtime is shutting down"));
            }
            call = start(channel, headers, new BodyStream(made.get().get()));
        }
        return call.poll(cx);
    }

    /** A call that has {@code body}, which is given back if there is none. */
    private GrpcCall start(ManagedChannel way, Metadata metadata, BodyStream body) {
        boolean started = false;
        try {
            GrpcCall begun = GrpcCall.start(transport, way, metadata, payload, body, timeLeft());
            started = true;
            return begun;
        } finally {
            if (!started) {
                body.end();
            }
        }
    }

    /** Ready if there is no metadata that can be sent; pending with {@link #headers} once there is. */
    private Poll<ExportResult> pollHeaders(Context cx) throws Exception {
        if (transport.headerCalls().isEmpty()) {
            headers = transport.channel().headers();
            return Poll.pending();
        }
        if (asking == null) {
            asking = transport.headerCalls().get().ask();
        }
        try {
            Poll<Map<String, String>> asked = asking.poll(cx);
            if (asked.isReady()) {
                asking = null;
                headers = GrpcHeaders.over(transport.channel().headers(), asked.get());
            }
            return Poll.pending();
        } catch (HeadersException | IllegalArgumentException e) {
            return Poll.ready(new ExportResult.Unreachable(transport.name() + ": not sent: " + e.getMessage()));
        }
    }

    private Duration timeLeft() {
        long now = transport.handle().timeDriver().clock().nanoTime();
        return deadline == null ? Duration.ZERO : Duration.ofNanos(deadline.deadlineNanos() - now);
    }

    private Poll<ExportResult> pollDeadline(Context cx, Sleep limit) {
        if (!limit.pollElapsed(cx)) {
            return Poll.pending();
        }
        String doing = progress();
        cancel();
        if (mark != null) {
            transport.channel().connections().closeSilent(mark);
        }
        return Poll.ready(new ExportResult.Unreachable(transport.name() + ": no answer within "
                + transport.settings().exportTimeout().toMillis() + " ms (" + doing + ")"));
    }

    /** What it is doing, in words. The owner only, like a poll. */
    String progress() {
        if (call != null) {
            return call.progress();
        }
        if (asking != null) {
            return asking.progress();
        }
        return making == null ? "starting gRPC" : "compressing the request";
    }

    @Override
    public void cancel() {
        if (deadline != null) {
            deadline.cancel();
        }
        if (opening != null) {
            opening.cancel();
            opening = null;
        }
        if (asking != null) {
            asking.cancel();
            asking = null;
        }
        if (making != null) {
            making.cancel();
            making = null;
        }
        if (call != null) {
            call.cancel();
            call = null;
        }
    }
}
