package io.sluice.agent.sidecar;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpJson;
import io.sluice.exporter.transport.Admission;
import io.sluice.exporter.transport.ContentCodings;
import io.sluice.exporter.transport.GrpcStatus;
import io.sluice.exporter.transport.HttpHead;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.RequestProtocol;
import io.sluice.exporter.transport.Reservation;
import io.sluice.exporter.transport.Responder;
import io.sluice.runtime.Handle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Lets clients speak OTLP's JSON to a receiver that knows protobuf: requests are made into protobuf on the way in, large
 * ones on a thread that may wait, and answers into JSON on the way back. Everything else passes as it is. Source: OTLP
 * specification, "JSON Protobuf Encoding" and "OTLP/HTTP Response".
 */
final class JsonRequests implements RequestHandler {

    static final String JSON = "application/json";

    /** No reference to a method: that would load the class before it is needed. */
    @SuppressWarnings("UnnecessaryLambda")
    private static final ContentCodings CODINGS =
            ContentCodings.standard().with("zstd", (compressed, length) -> Zstd.open(compressed, length));

    private static final String PROTOBUF = "application/x-protobuf";
    private static final String CONTENT_TYPE = "content-type";
    private static final int INVALID_ARGUMENT = 3;
    private static final int RESOURCE_EXHAUSTED = 8;

    /** What takes less than a tenth of a millisecond is done where it came in. */
    private static final int SMALL_BYTES = 16 * 1024;

    private final RequestHandler receiver;
    private final ReceiverCounts counts;
    private final Handle handle;
    private final int maxBytes;

    /** @param maxBytes of a request in protobuf */
    JsonRequests(RequestHandler receiver, ReceiverCounts counts, Handle handle, int maxBytes) {
        this.receiver = receiver;
        this.counts = counts;
        this.handle = handle;
        this.maxBytes = maxBytes;
    }

    private static boolean isJson(HttpHead head) {
        if (head.protocol() == RequestProtocol.GRPC) {
            return false;
        }
        String type = head.header(CONTENT_TYPE).orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals(JSON);
    }

    @Override
    public ContentCodings codings() {
        return CODINGS;
    }

    @Override
    public Admission admit(HttpHead head) {
        if (!isJson(head)) {
            return receiver.admit(head);
        }
        Admission admission = receiver.admit(asProtobuf(head));
        if (admission instanceof Admission.Accepted accepted) {
            return new Admission.Accepted(new JsonReservation(accepted.reservation()));
        }
        return new Admission.Refused(asJson(((Admission.Refused) admission).response()));
    }

    /** The receiver's, with its refusals in JSON. */
    private record JsonReservation(Reservation own) implements Reservation {
        @Override
        public boolean tryGrow(long bytes) {
            return own.tryGrow(bytes);
        }

        @Override
        public HttpResponse refusal() {
            return asJson(own.refusal());
        }

        @Override
        public void discarded() {
            own.discarded();
        }
    }

    @Override
    public void handle(HttpRequest request, Responder responder) {
        if (!isJson(request.head())) {
            receiver.handle(request, responder);
        } else if (request.body().length <= SMALL_BYTES) {
            take(request, responder);
        } else {
            handle.spawnBlocking(() -> {
                        take(request, responder);
                        return null;
                    })
                    .detach();
        }
    }

    private void take(HttpRequest request, Responder responder) {
        Reservation own = ((JsonReservation) request.reservation()).own();
        Optional<Signal> signal = Arrays.stream(Signal.values())
                .filter(each -> each.httpPath().equals(request.head().path()))
                .findFirst();
        OtlpJson.Result result = signal.isPresent()
                ? OtlpJson.toProtobuf(signal.get(), request.body(), maxBytes)
                : new OtlpJson.Result.Request(request.body()); // for a page, or nowhere
        if (result instanceof OtlpJson.Result.Request made) {
            HttpHead head = asProtobuf(request.head());
            receiver.handle(
                    new HttpRequest(head, made.protobuf(), request.bodyBytesOnWire(), own),
                    response -> responder.respond(asJson(response)));
            return;
        }
        own.discarded();
        counts.malformed();
        responder.respond(
                result instanceof OtlpJson.Result.Malformed malformed
                        ? failure(400, INVALID_ARGUMENT, "not a valid OTLP request in JSON: " + malformed.reason())
                        : failure(413, RESOURCE_EXHAUSTED, "the request is larger than " + maxBytes + " bytes"));
    }

    @Override
    public HttpResponse refusal(Optional<HttpHead> head, int status, String message) {
        HttpResponse refusal = receiver.refusal(head, status, message);
        return head.isPresent() && isJson(head.get()) ? asJson(refusal) : refusal;
    }

    private static HttpHead asProtobuf(HttpHead head) {
        Map<String, String> headers = new HashMap<>(head.headers());
        headers.put(CONTENT_TYPE, PROTOBUF);
        return new HttpHead(head.method(), head.target(), headers, head.protocol(), head.connection());
    }

    private static HttpResponse asJson(HttpResponse response) {
        if (!response.contentType().equals(PROTOBUF)) {
            return response;
        }
        byte[] body = response.grpcStatus()
                .map(status -> OtlpJson.failure(status.code(), status.message()))
                .orElseGet(OtlpJson::success);
        return new HttpResponse(response.status(), JSON, response.headers(), body, response.grpcStatus());
    }

    private static HttpResponse failure(int status, int code, String message) {
        return new HttpResponse(status, JSON, OtlpJson.failure(code, message))
                .withGrpcStatus(new GrpcStatus(code, message));
    }
}
