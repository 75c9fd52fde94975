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
import java.util.Map;
import java.util.Optional;

/**
 * Lets only requests in that show a token, before their bodies are read: 401, or UNAUTHENTICATED over gRPC. Pages that
 * are read, as probes do, need none. No token is ever part of an answer or a log line.
 */
final class TokenGate implements RequestHandler {

    private static final int UNAUTHENTICATED = 16;

    private final RequestHandler next;
    private final Tokens tokens;
    private final TokenHeader header;
    private final ReceiverCounts counts;

    TokenGate(RequestHandler next, Tokens tokens, TokenHeader header, ReceiverCounts counts) {
        this.next = next;
        this.tokens = tokens;
        this.header = header;
        this.counts = counts;
    }

    @Override
    public ContentCodings codings() {
        return next.codings();
    }

    @Override
    public Admission admit(HttpHead head) {
        boolean reads = head.method().equals("GET") || head.method().equals("HEAD");
        if (reads || header.of(head).filter(tokens::allow).isPresent()) {
            return next.admit(head);
        }
        counts.unauthenticated();
        String message = header.isAuthorization()
                ? "a bearer token that is valid here is needed in the header authorization"
                : "a token that is valid here is needed in the header " + header.name();
        return new Admission.Refused(new HttpResponse(
                401,
                "application/x-protobuf",
                header.isAuthorization() ? Map.of("WWW-Authenticate", "Bearer") : Map.of(),
                OtlpStatus.failure(UNAUTHENTICATED, message),
                Optional.of(new GrpcStatus(UNAUTHENTICATED, message))));
    }

    @Override
    public void handle(HttpRequest request, Responder responder) {
        next.handle(request, responder);
    }

    @Override
    public HttpResponse refusal(Optional<HttpHead> head, int status, String message) {
        return next.refusal(head, status, message);
    }
}
