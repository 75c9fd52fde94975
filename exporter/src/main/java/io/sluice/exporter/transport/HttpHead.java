package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request as far as it is known before its body.
 *
 * <p>A gRPC call looks like a request over HTTP: {@code content-length} is the size of its message, and {@code
 * content-encoding} how that is compressed, whatever the call's own headers of that name say.
 *
 * @param target as sent: path and query
 * @param headers by lower-case name; the values of a repeated one are joined with a comma
 */
public record HttpHead(
        String method,
        String target,
        Map<String, String> headers,
        RequestProtocol protocol,
        PeerConnection connection) {

    public HttpHead {
        requireNonNull(method, "method");
        requireNonNull(target, "target");
        headers = Map.copyOf(headers);
        requireNonNull(protocol, "protocol");
        requireNonNull(connection, "connection");
    }

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** A header by its name in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Bytes of the body as sent; empty if the request does not say, as with chunks. */
    public OptionalLong contentLength() {
        Optional<String> length = header("content-length");
        return length.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length.get()));
    }
}
