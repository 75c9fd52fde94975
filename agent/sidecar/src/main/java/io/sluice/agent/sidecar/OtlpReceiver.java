package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.exporter.otlp.OtlpScanner;
import io.sluice.exporter.otlp.OtlpStatus;
import io.sluice.exporter.otlp.ScanResult;
import io.sluice.exporter.transport.Admission;
import io.sluice.exporter.transport.GrpcStatus;
import io.sluice.exporter.transport.HttpHead;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.RequestProtocol;
import io.sluice.exporter.transport.Reservation;
import io.sluice.exporter.transport.Responder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes OTLP/HTTP requests: refuses early what there is no room for, validates and counts without decoding, and answers
 * once the request is in custody.
 *
 * <p>What cannot be kept is never accepted: 429 with Retry-After, which a conforming client retries. Source: OTLP
 * specification, "OTLP/HTTP Response". Runs on the connections' event loops and never waits.
 */
final class OtlpReceiver implements RequestHandler {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final Optional<Duration> COME_BACK = Optional.of(Duration.ofSeconds(1));

    // Codes of google.rpc.Status.
    private static final int INVALID_ARGUMENT = 3;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int NOT_FOUND = 5;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;

    private final Map<Signal, Lane> lanes;
    private final Custody custody;
    private final ReceiverCounts counts;

    OtlpReceiver(Map<Signal, Lane> lanes, Custody custody, ReceiverCounts counts) {
        this.lanes = new EnumMap<>(lanes);
        this.custody = custody;
        this.counts = counts;
    }

    // ---- before the body --------------------------------------------------------------------------------------

    @Override
    public Admission admit(HttpHead head) {
        Optional<Signal> signal = signal(head);
        boolean grpc = head.protocol() == RequestProtocol.GRPC;
        if (signal.isEmpty() && grpc) {
            counts.malformed();
            return new Admission.Refused(failure(404, UNIMPLEMENTED, "nothing is called " + head.path()));
        }
        if (signal.isEmpty()) {
            return Admission.accept(); // small pages and errors, answered when the request is complete
        }
        if (!head.method().equals("POST")) {
            counts.malformed();
            return new Admission.Refused(notAllowed(head.method() + " is not allowed here; allowed: POST"));
        }
        String type = head.header("content-type").orElse("none");
        if (!grpc && !mediaType(type).equals(PROTOBUF)) {
            counts.malformed();
            return new Admission.Refused(failure(
                    415,
                    INVALID_ARGUMENT,
                    "content type " + type + " is not supported; allowed: " + PROTOBUF + ", " + JsonRequests.JSON));
        }
        long announced = announced(head);
        if (!custody.tryReserve(announced)) {
            counts.refusedForCustody();
            return new Admission.Refused(full());
        }
        return new Admission.Accepted(new Held(announced));
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT);
    }

    /** The share of custody that one request has while it comes in. */
    private final class Held implements Reservation {
        private long bytes;

        Held(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean tryGrow(long more) {
            if (!custody.tryReserve(more)) {
                counts.refusedForCustody();
                return false;
            }
            bytes += more;
            return true;
        }

        @Override
        public HttpResponse refusal() {
            return full();
        }

        @Override
        public void discarded() {
            custody.release(bytes);
        }
    }

    /** What a request reserves before its body is read. */
    private static long announced(HttpHead head) {
        return head.contentLength().orElse(0);
    }

    private static Optional<Signal> signal(HttpHead head) {
        boolean grpc = head.protocol() == RequestProtocol.GRPC;
        for (Signal signal : Signal.values()) {
            if ((grpc ? signal.grpcPath() : signal.httpPath()).equals(head.path())) {
                return Optional.of(signal);
            }
        }
        return Optional.empty();
    }

    // ---- with the body ----------------------------------------------------------------------------------------

    @Override
    public void handle(HttpRequest request, Responder responder) {
        Optional<Signal> signal = signal(request.head());
        responder.respond(signal.isPresent() ? take(signal.get(), request) : page(request.head()));
    }

    private HttpResponse take(Signal signal, HttpRequest request) {
        long reserved = ((Held) request.reservation()).bytes;
        byte[] body = request.body();
        ScanResult scanned = OtlpScanner.scan(signal, body, 0, body.length);
        if (scanned instanceof ScanResult.Malformed malformed) {
            custody.release(reserved);
            counts.malformed();
            return failure(400, INVALID_ARGUMENT, "not a valid OTLP " + signal + " request: " + malformed);
        }
        int items = ((ScanResult.Valid) scanned).items();
        if (items == 0) {
            custody.release(reserved);
            return success();
        }
        return keep(lane(signal), new OtlpRequest(signal, body, items), reserved);
    }

    /** Makes the reservation the body's real size, which only now is known if it came compressed or in chunks. */
    private HttpResponse keep(Lane lane, OtlpRequest request, long reserved) {
        long missing = request.body().length - reserved;
        if (missing > 0 && !custody.tryReserve(missing)) {
            custody.release(reserved);
            lane.refusedForCustody(request);
            return full();
        }
        if (missing < 0) {
            custody.release(-missing);
        }
        return switch (lane.offer(request)) {
            case ACCEPTED -> success();
            case REFUSED_FULL -> {
                custody.release(request.body().length);
                yield failure(429, RESOURCE_EXHAUSTED, "too many requests are held; come back later", COME_BACK);
            }
            case REFUSED_CLOSED -> {
                custody.release(request.body().length);
                yield failure(503, UNAVAILABLE, "the sidecar is shutting down", COME_BACK);
            }
        };
    }

    private Lane lane(Signal signal) {
        return requireNonNull(lanes.get(signal), "signal");
    }

    // ---- answers ----------------------------------------------------------------------------------------------

    private HttpResponse page(HttpHead head) {
        return switch (head.path()) {
            case "/healthz" -> HttpResponse.text(200, "ok");
            case "/readyz" ->
                custody.heldBytes() < custody.maxBytes()
                        ? HttpResponse.text(200, "ready")
                        : HttpResponse.text(503, "custody is full: " + custody.heldBytes() + " bytes held");
            default -> {
                counts.malformed();
                yield failure(
                        404,
                        NOT_FOUND,
                        "nothing is at " + head.path() + "; OTLP is taken at /v1/traces, /v1/metrics, /v1/logs"
                                + " and /v1development/profiles");
            }
        };
    }

    private HttpResponse full() {
        return failure(
                429,
                RESOURCE_EXHAUSTED,
                "holding " + custody.heldBytes() + " of " + custody.maxBytes() + " bytes; come back later",
                COME_BACK);
    }

    @Override
    public HttpResponse refusal(Optional<HttpHead> head, int status, String message) {
        if (status < 500) {
            counts.malformed();
        }
        return failure(status, code(status), message, status == 503 ? COME_BACK : Optional.empty());
    }

    /** As gRPC's mapping from HTTP, but for what that leaves at UNKNOWN. */
    private static int code(int status) {
        return switch (status) {
            case 408 -> DEADLINE_EXCEEDED;
            case 413 -> RESOURCE_EXHAUSTED;
            case 500 -> INTERNAL;
            case 503 -> UNAVAILABLE;
            case 505 -> UNIMPLEMENTED;
            default -> INVALID_ARGUMENT;
        };
    }

    private static HttpResponse success() {
        return new HttpResponse(200, PROTOBUF, OtlpStatus.success());
    }

    private static HttpResponse notAllowed(String message) {
        return new HttpResponse(
                405,
                PROTOBUF,
                Map.of("Allow", "POST"),
                OtlpStatus.failure(UNIMPLEMENTED, message),
                Optional.of(new GrpcStatus(UNIMPLEMENTED, message)));
    }

    private static HttpResponse failure(int status, int code, String message) {
        return failure(status, code, message, Optional.empty());
    }

    private static HttpResponse failure(int status, int code, String message, Optional<Duration> retryAfter) {
        return new HttpResponse(status, PROTOBUF, OtlpStatus.failure(code, message))
                .withGrpcStatus(new GrpcStatus(code, message, retryAfter));
    }
}
