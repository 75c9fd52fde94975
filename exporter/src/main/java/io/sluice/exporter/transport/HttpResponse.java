package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer. The server adds Content-Length, Date is left out.
 *
 * @param headers besides Content-Type and Content-Length
 * @param body sent as it is; the caller leaves it alone from here on
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
public record HttpResponse(int status, String contentType, Map<String, String> headers, byte[] body) {

    public HttpResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status is " + status + "; allowed: 200 to 599");
        }
        requireNonNull(contentType, "contentType");
        headers = Map.copyOf(headers);
        requireNonNull(body, "body");
    }

    public HttpResponse(int status, String contentType, byte[] body) {
        this(status, contentType, Map.of(), body);
    }

    /** A line of plain text. */
    public static HttpResponse text(int status, String text) {
        return new HttpResponse(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
