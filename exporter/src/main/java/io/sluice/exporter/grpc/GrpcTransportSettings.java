package io.sluice.exporter.grpc;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Compression;
import io.sluice.exporter.TransportSettings;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where and how one signal is sent over OTLP/gRPC.
 *
 * @param endpoint {@code http://host[:port]}, port 80 if there is none; no path, for gRPC has its own
 * @param headers metadata sent with each call; the value of one whose name ends in {@code -bin} is base64
 * @param compression of messages
 * @param connectTimeout for one connection attempt, name lookup included; more than zero
 * @param exportTimeout for one attempt, from its start to the end of the response; more than zero
 * @param maxResponseBytes a larger response, also after decompression, is a final failure; at least 1
 */
public record GrpcTransportSettings(
        URI endpoint,
        Map<String, String> headers,
        Compression compression,
        Duration connectTimeout,
        Duration exportTimeout,
        int maxResponseBytes)
        implements TransportSettings {

    /** gRPC over HTTP/2, Custom-Metadata: narrower than what HTTP allows. */
    private static final Pattern HEADER_NAME = Pattern.compile("[0-9A-Za-z_.-]+");

    public GrpcTransportSettings {
        requireNonNull(endpoint, "endpoint");
        requireEndpoint(endpoint);
        headers = Map.copyOf(headers);
        headers.forEach(GrpcTransportSettings::requireHeader);
        requireNonNull(compression, "compression");
        require(isPositive(connectTimeout), "connectTimeout", connectTimeout, "more than zero");
        require(isPositive(exportTimeout), "exportTimeout", exportTimeout, "more than zero");
        require(maxResponseBytes >= 1, "maxResponseBytes", maxResponseBytes, "at least 1");
    }

    private static void requireEndpoint(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        require(
                "http".equalsIgnoreCase(url.getScheme())
                        && url.getHost() != null
                        && (path.isEmpty() || path.equals("/"))
                        && url.getRawQuery() == null
                        && url.getRawFragment() == null
                        && url.getRawUserInfo() == null,
                "endpoint",
                url,
                "http://host[:port] without path or query, for gRPC has its own paths");
    }

    /** Errors name the header only: its value may be a secret. */
    private static void requireHeader(String name, String value) {
        require(
                HEADER_NAME.matcher(name).matches()
                        && !name.toLowerCase(Locale.ROOT).startsWith("grpc-"),
                "a header's name",
                name,
                "letters, digits, '-', '_' and '.', not beginning with \"grpc-\"");
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "the value of header " + name + " is not one that gRPC allows; allowed: printable ASCII");
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }

    @Override
    public GrpcTransport open(Handle handle) {
        return GrpcTransport.open(handle, this);
    }
}
