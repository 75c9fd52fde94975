package io.sluice.agent.sidecar;

import io.sluice.exporter.transport.Admission;
import io.sluice.exporter.transport.ContentCodings;
import io.sluice.exporter.transport.HttpHead;
import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.Responder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lets pages of certain origins send from a browser: answers what the browser asks beforehand, and says in each answer
 * that the page may read it. What other origins send is taken as well, for all that a browser lets them send; keeping
 * strangers out is not its job. Source: the Fetch standard, "CORS protocol".
 */
final class OriginRules implements RequestHandler {

    /** The longest that browsers remember a permission. */
    private static final String MAX_AGE_SECONDS = "7200";

    private static final String ORIGIN = "origin";
    private static final String REQUESTED_METHOD = "access-control-request-method";
    private static final String REQUESTED_HEADERS = "access-control-request-headers";

    private final RequestHandler next;
    private final List<Pattern> allowed;

    /** @param allowed origins, in which a star stands for any letters */
    OriginRules(RequestHandler next, List<String> allowed) {
        this.next = next;
        this.allowed = allowed.stream().map(OriginRules::pattern).toList();
    }

    private static Pattern pattern(String origin) {
        return Pattern.compile("\\Q" + origin.replace("*", "\\E[^/]*\\Q") + "\\E", Pattern.CASE_INSENSITIVE);
    }

    private boolean isAllowed(String origin) {
        return allowed.stream()
                .anyMatch(each -> each.pattern().equals("\\Q\\E[^/]*\\Q\\E")
                        || each.matcher(origin).matches());
    }

    private static boolean isPreflight(HttpHead head) {
        return head.method().equals("OPTIONS")
                && head.header(ORIGIN).isPresent()
                && head.header(REQUESTED_METHOD).isPresent();
    }

    @Override
    public ContentCodings codings() {
        return next.codings();
    }

    @Override
    public Admission admit(HttpHead head) {
        if (isPreflight(head)) {
            return Admission.accept();
        }
        Admission admission = next.admit(head);
        return admission instanceof Admission.Refused refused
                ? new Admission.Refused(readable(head, refused.response()))
                : admission;
    }

    @Override
    public void handle(HttpRequest request, Responder responder) {
        HttpHead head = request.head();
        if (isPreflight(head)) {
            responder.respond(preflight(head));
        } else {
            next.handle(request, response -> responder.respond(readable(head, response)));
        }
    }

    @Override
    public HttpResponse refusal(Optional<HttpHead> head, int status, String message) {
        HttpResponse refusal = next.refusal(head, status, message);
        return head.isPresent() ? readable(head.get(), refusal) : refusal;
    }

    private HttpResponse preflight(HttpHead head) {
        if (!isAllowed(head.header(ORIGIN).orElse(""))) {
            return HttpResponse.text(403, "this origin is not allowed to send");
        }
        Map<String, String> headers = new HashMap<>();
        headers.put("Access-Control-Allow-Methods", "POST");
        headers.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
        head.header(REQUESTED_HEADERS).ifPresent(names -> headers.put("Access-Control-Allow-Headers", names));
        return readable(head, new HttpResponse(200, "text/plain; charset=utf-8", headers, new byte[0]));
    }

    /** The answer with what lets the page read it, if its origin is allowed. */
    private HttpResponse readable(HttpHead head, HttpResponse response) {
        String origin = head.header(ORIGIN).orElse("");
        if (origin.isEmpty() || !isAllowed(origin)) {
            return response;
        }
        Map<String, String> headers = new HashMap<>(response.headers());
        headers.put("Access-Control-Allow-Origin", origin);
        headers.put("Access-Control-Expose-Headers", "Retry-After");
        headers.put("Vary", "Origin");
        return new HttpResponse(
                response.status(), response.contentType(), headers, response.body(), response.grpcStatus());
    }
}
