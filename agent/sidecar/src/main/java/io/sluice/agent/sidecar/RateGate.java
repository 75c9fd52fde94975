package io.sluice.agent.sidecar;

import io.sluice.exporter.otlp.OtlpStatus;
import io.sluice.exporter.transport.Admission;
import io.sluice.exporter.transport.ContentCodings;
import io.sluice.exporter.transport.GrpcStatus;
import io.sluice.exporter.transport.HttpHead;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.Responder;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Lets so many bytes per second in, as they are sent, of all senders together: what is beyond is refused by its head, 429
 * or RESOURCE_EXHAUSTED, with the time after which it may come again. A body in chunks is charged once it is there.
 */
final class RateGate implements RequestHandler {

    private static final int RESOURCE_EXHAUSTED = 8;

    private final RequestHandler next;
    private final ByteRate rate;
    private final long bytesPerSecond;
    private final Clock clock;
    private final ReceiverCounts counts;

    RateGate(RequestHandler next, long bytesPerSecond, Clock clock, ReceiverCounts counts) {
        this.next = next;
        this.rate = new ByteRate(bytesPerSecond, clock.nanoTime());
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.counts = counts;
    }

    @Override
    public ContentCodings codings() {
        return next.codings();
    }

    @Override
    public Admission admit(HttpHead head) {
        if (!head.method().equals("POST")) {
            return next.admit(head);
        }
        long waitNanos = rate.take(head.contentLength().orElse(0), clock.nanoTime());
        if (waitNanos == 0) {
            return next.admit(head);
        }
        counts.throttled();
        String message = "more than " + bytesPerSecond + " bytes a second are coming in; come back later";
        GrpcStatus told = new GrpcStatus(RESOURCE_EXHAUSTED, message, Optional.of(Duration.ofNanos(waitNanos)));
        return new Admission.Refused(new HttpResponse(
                429,
                "application/x-protobuf",
                Map.of(),
                OtlpStatus.failure(RESOURCE_EXHAUSTED, message),
                Optional.of(told)));
    }

    @Override
    public void handle(HttpRequest request, Responder responder) {
        if (request.head().contentLength().isEmpty()) {
            rate.charge(request.bodyBytesOnWire());
        }
        next.handle(request, responder);
    }

    @Override
    public HttpResponse refusal(Optional<HttpHead> head, int status, String message) {
        return next.refusal(head, status, message);
    }
}
