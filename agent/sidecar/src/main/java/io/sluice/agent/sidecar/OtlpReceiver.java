package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.exporter.otlp.OtlpScanner;
import io.sluice.exporter.otlp.ScanResult;
import io.sluice.exporter.transport.Admission;
import io.sluice.exporter.transport.HttpHead;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.RequestProtocol;
import io.sluice.exporter.transport.Reservation;
import io.sluice.exporter.transport.Responder;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes OTLP requests: refuses early what there is no room for, validates and counts without decoding, and answers once
 * the request is in custody, or once it is settled.
 *
 * <p>What cannot be kept is never accepted: 429 with Retry-After, RESOURCE_EXHAUSTED with RetryInfo over gRPC, which a
 * conforming client retries. Source: OTLP specification, "OTLP/gRPC Response", "OTLP/HTTP Response". Runs on the
 * connections' event loops and never waits.
 */
final class OtlpReceiver implements RequestHandler {

    private final Map<Signal, Lane> lanes;
    private final Custody custody;
    private final SenderNames names;
    private final ReceiverCounts counts;
    private final Pages pages;

    OtlpReceiver(Map<Signal, Lane> lanes, Custody custody, SenderNames names, ReceiverCounts counts, Pages pages) {
        this.lanes = new EnumMap<>(lanes);
        this.custody = requireNonNull(custody, "custody");
        this.names = requireNonNull(names, "names");
        this.counts = requireNonNull(counts, "counts");
        this.pages = requireNonNull(pages, "pages");
    }

    // ---- before the body --------------------------------------------------------------------------------------

    @Override
    public Admission admit(HttpHead head) {
        Optional<Signal> signal = signal(head);
        boolean grpc = head.protocol() == RequestProtocol.GRPC;
        if (signal.isEmpty() && grpc) {
            return malformed(Answers.failure(404, Answers.UNIMPLEMENTED, "nothing is called " + head.path()));
        }
        if (signal.isEmpty()) {
            return Admission.accept(); // small pages and errors, answered when the request is complete
        }
        if (!head.method().equals("POST")) {
            return malformed(Answers.notAllowed(head.method() + " is not allowed here; allowed: POST"));
        }
        String type = head.header("content-type").orElse("none");
        if (!grpc && !mediaType(type).equals(Answers.PROTOBUF)) {
            return malformed(Answers.failure(
                    415,
                    Answers.INVALID_ARGUMENT,
                    "content type " + type + " is not supported; allowed: " + Answers.PROTOBUF + ", "
                            + JsonRequests.JSON));
        }
        if (pages.isDraining()) {
            counts.refusedForDrain();
            return new Admission.Refused(closing());
        }
        return reserve(head);
    }

    private Admission reserve(HttpHead head) {
        Custody.Share share =
                custody.tryReserve(names.of(head), head.contentLength().orElse(0));
        if (share == null) {
            counts.refusedForCustody();
            return new Admission.Refused(full());
        }
        return new Admission.Accepted(new Held(share));
    }

    private Admission malformed(HttpResponse response) {
        counts.malformed();
        return new Admission.Refused(response);
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT);
    }

    /** What one request holds of custody while it comes in. */
    private final class Held implements Reservation {

        private final Custody.Share share;

        Held(Custody.Share share) {
            this.share = share;
        }

        @Override
        public boolean tryGrow(long more) {
            boolean grown = share.tryGrow(more);
            if (!grown) {
                counts.refusedForCustody();
            }
            return grown;
        }

        @Override
        public HttpResponse refusal() {
            return full();
        }

        @Override
        public void discarded() {
            share.release();
        }
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
        if (signal.isPresent()) {
            take(signal.get(), request, responder);
        } else {
            responder.respond(page(request.head()));
        }
    }

    private void take(Signal signal, HttpRequest request, Responder responder) {
        Custody.Share share = ((Held) request.reservation()).share;
        byte[] body = request.body();
        ScanResult scanned = OtlpScanner.scan(signal, body, 0, body.length);
        if (scanned instanceof ScanResult.Malformed malformed) {
            share.release();
            counts.malformed();
            responder.respond(Answers.failure(
                    400, Answers.INVALID_ARGUMENT, "not a valid OTLP " + signal + " request: " + malformed));
            return;
        }
        int items = ((ScanResult.Valid) scanned).items();
        if (items == 0) {
            share.release();
            responder.respond(Answers.success());
            return;
        }
        keep(lane(signal), new OtlpRequest(signal, body, items), share, responder);
    }

    /** Makes the reservation the body's real size, which only now is known if it came compressed or in chunks. */
    private void keep(Lane lane, OtlpRequest request, Custody.Share share, Responder responder) {
        if (!share.trySettleOn(request.body().length)) {
            share.release();
            lane.refusedForCustody(request);
            responder.respond(full());
            return;
        }
        switch (lane.offer(request, share, responder)) {
            case ACCEPTED -> {}
            case REFUSED_FULL -> {
                share.release();
                responder.respond(Answers.full("too many requests are held; come back later"));
            }
            case REFUSED_CLOSED -> {
                share.release();
                counts.refusedForDrain();
                responder.respond(closing());
            }
        }
    }

    private Lane lane(Signal signal) {
        return requireNonNull(lanes.get(signal), "signal");
    }

    // ---- answers ----------------------------------------------------------------------------------------------

    private HttpResponse page(HttpHead head) {
        return pages.page(head.path()).orElseGet(() -> {
            counts.malformed();
            return Answers.failure(
                    404,
                    Answers.NOT_FOUND,
                    "nothing is at " + head.path() + "; OTLP is taken at /v1/traces, /v1/metrics, /v1/logs"
                            + " and /v1development/profiles");
        });
    }

    private HttpResponse full() {
        return Answers.full("holding " + custody.heldBytes() + " of " + custody.maxBytes() + " bytes; come back later");
    }

    private static HttpResponse closing() {
        return Answers.unavailable("the sidecar is shutting down");
    }

    @Override
    public HttpResponse refusal(Optional<HttpHead> head, int status, String message) {
        if (status < 500) {
            counts.malformed();
        }
        return Answers.failure(
                status, Answers.codeOf(status), message, status == 503 ? Answers.COME_BACK : Optional.empty());
    }
}
