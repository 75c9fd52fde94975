package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.exporter.ExportResult;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an HTTP answer means, by the table of the OTLP specification (OTLP/HTTP Response: Full Success, Partial Success,
 * Failures, Retryable Response Codes, Throttling).
 *
 * <table>
 * <caption>Status to result</caption>
 * <tr><td>2xx</td><td>Delivered, or PartiallyRejected if the body has a partial_success that says something</td></tr>
 * <tr><td>429, 502, 503, 504</td><td>RetryAfter, with the server's Retry-After if it sent one</td></tr>
 * <tr><td>400</td><td>BadData, or TooLarge if it says so: the Collector does not answer 413</td></tr>
 * <tr><td>413</td><td>TooLarge</td></tr>
 * <tr><td>all others</td><td>Rejected; redirects are not followed</td></tr>
 * </table>
 *
 * A web page that answers 200 is not a receiver: an HTML body is Rejected, so that a mistyped endpoint is noticed.
 */
final class OtlpAnswer {

    private static final String PROTOBUF = "application/x-protobuf";

    /** How Go's {@code http.MaxBytesReader} says that a body exceeds {@code max_request_body_size}. */
    private static final String TOO_LARGE_IN_GO = "request body too large";

    private final String endpoint;
    private final int status;
    private final UnaryOperator<String> header;
    private final byte[] body;

    /**
     * @param header a header's value by its name in lower case; empty if there is none
     * @param body decompressed
     */
    OtlpAnswer(String endpoint, int status, UnaryOperator<String> header, byte[] body) {
        this.endpoint = endpoint;
        this.status = status;
        this.header = header;
        this.body = body;
    }

    ExportResult toResult(Instant now) {
        if (status >= 200 && status < 300) {
            return success();
        }
        return switch (status) {
            case 429, 502, 503, 504 ->
                new ExportResult.RetryAfter(RetryAfterHeader.parse(header.apply("retry-after"), now), reason());
            case 400 ->
                words().filter(words -> words.contains(TOO_LARGE_IN_GO)).isPresent()
                        ? new ExportResult.TooLarge(reason())
                        : new ExportResult.BadData(reason());
            case 413 -> new ExportResult.TooLarge(reason());
            default -> new ExportResult.Rejected(reason());
        };
    }

    private ExportResult success() {
        if (contentType().startsWith("text/html")) {
            return new ExportResult.Rejected(
                    endpoint + " answered " + status + " with a web page: it is not an OTLP receiver");
        }
        if (!isProtobuf()) {
            return new ExportResult.Delivered();
        }
        try {
            return ExportResponse.parse(body);
        } catch (WireReader.MalformedException e) {
            // The status is what counts; the items were taken.
            return new ExportResult.Delivered();
        }
    }

    private String reason() {
        StringBuilder reason = new StringBuilder(endpoint).append(" answered ").append(status);
        if (status >= 300 && status < 400) {
            reason.append("; redirects are not followed");
            String location = header.apply("location");
            if (!location.isEmpty()) {
                reason.append(" (to ").append(ResponseText.clean(location)).append(')');
            }
        }
        words().filter(words -> !words.isEmpty())
                .ifPresent(words -> reason.append(": ").append(words));
        return reason.toString();
    }

    /** The message of a google.rpc.Status, or a short text. */
    private Optional<String> words() {
        if (isProtobuf()) {
            try {
                return statusMessage(new WireReader(body)).map(ResponseText::clean);
            } catch (WireReader.MalformedException e) {
                return Optional.empty();
            }
        }
        boolean readable =
                contentType().startsWith("text/plain") || contentType().startsWith("application/json");
        return readable ? Optional.of(ResponseText.clean(new String(body, UTF_8))) : Optional.empty();
    }

    private static Optional<String> statusMessage(WireReader status) throws WireReader.MalformedException {
        Optional<String> message = Optional.empty();
        while (status.next()) {
            if (status.field() == 2 && status.isDelimited()) {
                message = Optional.of(status.string());
            }
        }
        return message;
    }

    private boolean isProtobuf() {
        return contentType().startsWith(PROTOBUF);
    }

    private String contentType() {
        return header.apply("content-type").strip().toLowerCase(Locale.ROOT);
    }
}
