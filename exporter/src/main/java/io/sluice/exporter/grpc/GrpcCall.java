package io.sluice.exporter.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Oneshot;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call: a future of what its end means. Cancelling it cancels the call.
 *
 * <p>The future's methods: whoever polls or cancels. The listener's: grpc-java, one after the other, on any thread.
 */
final class GrpcCall extends ClientCall.Listener<byte[]> implements Future<ExportResult> {

    private static final int NONE = -1;

    private final GrpcTransport transport;
    private final ClientCall<BodyStream, byte[]> call;
    private final BodyStream body;
    private final GrpcAnswer answer;
    private final Oneshot.Sender<ExportResult> sender;
    private final Oneshot.Receiver<ExportResult> outcome;

    /** Listener only: the peer has said something. */
    private boolean answered;

    /** Listener only. */
    private byte @Nullable [] response;

    /** What it is doing, for the message of a timeout. The listener writes, any thread reads. */
    private volatile String progress = "connecting or sending the request";

    /** The peer's status; {@link #NONE} if it gave none. The listener writes before the outcome, its receiver reads after. */
    private volatile int code = NONE;

    private GrpcCall(GrpcTransport transport, ClientCall<BodyStream, byte[]> call, BodyStream body, GrpcAnswer answer) {
        Oneshot.Channel<ExportResult> channel = Oneshot.channel();
        this.transport = transport;
        this.call = call;
        this.body = body;
        this.answer = answer;
        this.sender = channel.sender();
        this.outcome = channel.receiver();
    }

    /** Begins a call with {@code body}, which belongs to it from here on unless it throws, and {@code headers}, which no other call uses. */
    static GrpcCall start(
            GrpcTransport transport,
            ManagedChannel way,
            Metadata headers,
            Payload payload,
            BodyStream body,
            Duration timeLeft) {
        CallOptions options =
                CallOptions.DEFAULT.withDeadline(transport.channel().deadline(timeLeft));
        if (body.isGzip()) {
            options = options.withCompression(GzippedBefore.NAME);
        }
        GrpcCall started = new GrpcCall(
                transport,
                way.newCall(OtlpMethods.of(payload.signal()), options),
                body,
                new GrpcAnswer(transport.name(), payload.signal()));
        started.begin(headers);
        return started;
    }

    private void begin(Metadata headers) {
        boolean begun = false;
        try {
            call.start(this, headers);
            // One answer, and one more to notice a peer that sends several.
            call.request(2);
            call.sendMessage(body);
            call.halfClose();
            begun = true;
        } finally {
            if (!begun) {
                call.cancel("it could not be sent", null);
            }
        }
    }

    @Override
    public void onReady() {
        progress = "waiting for the answer";
    }

    @Override
    public void onHeaders(Metadata headers) {
        answered = true;
        progress = "reading the answer";
    }

    @Override
    public void onMessage(byte[] message) {
        if (response != null) {
            call.cancel("the peer answered more than once", null);
        }
        response = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        body.end();
        boolean fromPeer = answered || !trailers.keys().isEmpty();
        if (fromPeer) {
            code = status.getCode().value();
            transport.channel().answered();
        }
        if (!fromPeer && transport.channel().isClosed()) {
            sender.send(transport.shutDown());
        } else {
            sender.send(fromPeer ? answer.fromPeer(status, trailers, answered, response) : withoutPeer(status));
        }
    }

    private ExportResult withoutPeer(Status status) {
        return transport
                .channel()
                .connections()
                .tlsWords(status.getCause())
                .<ExportResult>map(words -> new ExportResult.Unreachable(transport.name() + ": " + words))
                .orElseGet(() -> answer.withoutPeer(status));
    }

    @Override
    public Poll<ExportResult> poll(Context cx) throws Exception {
        return outcome.poll(cx);
    }

    /** Once it has ended. */
    Optional<AnswerCode> code() {
        return code == NONE ? Optional.empty() : Optional.of(new AnswerCode.Grpc(code));
    }

    String progress() {
        return progress;
    }

    @Override
    public void cancel() {
        outcome.close();
        call.cancel("nobody waits for it any more", null);
    }
}
