package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request as far as it is known before its body.
 *
 * @param target as sent: path and query
 * @param headers by lower-case name; the values of a repeated one are joined with a comma
 */
public record HttpHead(String method, String target, Map<String, String> headers, InetSocketAddress peer) {

    public HttpHead {
        requireNonNull(method, "method");
        requireNonNull(target, "target");
        headers = Map.copyOf(headers);
        requireNonNull(peer, "peer");
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
