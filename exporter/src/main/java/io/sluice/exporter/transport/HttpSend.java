package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.CodedAttempt;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.headers.HeaderCalls;
import io.sluice.exporter.headers.HeadersException;
import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Oneshot;
import io.sluice.runtime.time.Sleep;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: take the body out of the payload, compressing it if asked to, ask for headers that differ from request to
 * request, hand both to the loop, wait for the outcome or the deadline, which counts from the first poll.
 *
 * <pre>
 *   START --small or plain------> (ASKING) --> EXCHANGING --outcome, deadline--> Ready
 *     \--large, gzip--> COMPRESSING --^
 * </pre>
 *
 * All fields: whoever polls or cancels.
 */
final class HttpSend implements CodedAttempt {

    private final HttpTransport transport;
    private final Payload payload;

    private @Nullable Sleep deadline;
    private @Nullable BodyMaking making;
    private @Nullable RequestBody body;
    private HeaderCalls.@Nullable Asking asking;
    private @Nullable HttpExchange exchange;
    private Oneshot.@Nullable Receiver<ExportResult> outcome;

    /** Of the answer; 0 if there is none. */
    private int status;

    HttpSend(HttpTransport transport, Payload payload) {
        this.transport = transport;
        this.payload = payload;
    }

    @Override
    public Poll<ExportResult> poll(Context cx) throws Exception {
        if (deadline == null) {
            deadline = transport.handle().sleep(transport.settings().exportTimeout());
            making = new BodyMaking(
                    transport.handle(), payload, transport.settings().compression(), transport.bodies());
        }
        if (making != null && !pollMade(cx, making)) {
            return pollDeadline(cx, deadline);
        }
        if (body != null) {
            Poll<ExportResult> refused = pollHeaders(cx, body);
            if (refused.isReady()) {
                cancel();
                return refused;
            }
            if (body != null) {
                return pollDeadline(cx, deadline);
            }
        }
        if (outcome == null) {
            cancel();
            return Poll.ready(new ExportResult.Unreachable(transport.name() + ": the runtime is shutting down"));
        }
        Poll<ExportResult> ended = outcome.poll(cx);
        if (ended.isPending()) {
            return pollDeadline(cx, deadline);
        }
        deadline.cancel();
        status = exchange == null ? 0 : exchange.status();
        exchange = null;
        return ended;
    }

    @Override
    public Optional<AnswerCode> code() {
        return status == 0 ? Optional.empty() : Optional.of(new AnswerCode.Http(status));
    }

    /** Whether making the body is over, one way or the other. */
    private boolean pollMade(Context cx, BodyMaking work) throws Exception {
        Poll<Optional<RequestBody>> made = work.poll(cx);
        if (made.isPending()) {
            return false;
        }
        making = null;
        body = made.get().map(whole -> whole.inFewPieces(transport.bodies())).orElse(null);
        return true;
    }

    /** Sends {@code made} once the headers are known. Ready if they are none that can be sent. */
    private Poll<ExportResult> pollHeaders(Context cx, RequestBody made) throws Exception {
        Optional<HeaderCalls> source = transport.headerCalls();
        if (source.isEmpty()) {
            exchange(made, transport.endpoint().newHeaders());
            return Poll.pending();
        }
        if (asking == null) {
            asking = source.get().ask();
        }
        try {
            Poll<Map<String, String>> headers = asking.poll(cx);
            if (headers.isReady()) {
                asking = null;
                exchange(made, transport.endpoint().newHeaders(headers.get()));
            }
            return Poll.pending();
        } catch (HeadersException | IllegalArgumentException e) {
            return Poll.ready(new ExportResult.Unreachable(transport.name() + ": not sent: " + e.getMessage()));
        }
    }

    private void exchange(RequestBody made, HttpHeaders headers) {
        body = null;
        Oneshot.Channel<ExportResult> channel = Oneshot.channel();
        outcome = channel.receiver();
        exchange = new HttpExchange(made, headers, channel.sender());
        transport.run(exchange);
    }

    private Poll<ExportResult> pollDeadline(Context cx, Sleep sleep) {
        if (!sleep.pollElapsed(cx)) {
            return Poll.pending();
        }
        String doing = progress();
        cancel();
        return Poll.ready(new ExportResult.Unreachable(transport.name() + ": no answer within "
                + transport.settings().exportTimeout().toMillis() + " ms (" + doing + ")"));
    }

    /** What it is doing, in words. The owner only, like a poll. */
    String progress() {
        if (asking != null) {
            return asking.progress();
        }
        return exchange == null ? "compressing the request" : exchange.progress();
    }

    @Override
    public void cancel() {
        if (deadline != null) {
            deadline.cancel();
        }
        if (making != null) {
            making.cancel();
            making = null;
        }
        if (asking != null) {
            asking.cancel();
            asking = null;
        }
        if (body != null) {
            body.release();
            body = null;
        }
        if (outcome != null) {
            outcome.close();
        }
        if (exchange != null) {
            transport.abandon(exchange);
            exchange = null;
        }
    }
}
