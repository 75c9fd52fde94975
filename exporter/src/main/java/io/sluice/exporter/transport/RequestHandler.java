package io.sluice.exporter.transport;

import java.util.Optional;

/**
 * What a server does with requests. Called on the event loop of the connection, for many connections by several threads
 * at once: it must not wait. Work that does belongs to the blocking pool or another task, which answers later.
 */
public interface RequestHandler {

    /** How bodies may be compressed; the others are refused with 415. */
    default ContentCodings codings() {
        return ContentCodings.standard();
    }

    /** Looks at a request before its body is read; the place to refuse early what there is no room for. */
    default Admission admit(HttpHead head) {
        return Admission.accept();
    }

    /**
     * Takes a complete request. The answer may be given now or later; until then an HTTP/1.1 connection reads no
     * further request. If this method throws, the request is answered 500.
     */
    void handle(HttpRequest request, Responder responder);

    /**
     * How a refusal by the server itself looks: malformed or oversized requests, timeouts, shutdown.
     *
     * @param head empty if what came was none
     * @param message one sentence for people
     */
    default HttpResponse refusal(Optional<HttpHead> head, int status, String message) {
        return HttpResponse.text(status, message);
    }
}
