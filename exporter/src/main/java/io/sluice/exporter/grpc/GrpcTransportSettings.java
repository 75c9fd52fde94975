package io.sluice.exporter.grpc;

import static io.sluice.batching.Allowed.require;
import static io.sluice.batching.Allowed.requirePositive;
import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.PipelineDefaults;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.transport.UnixEndpoint;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where and how one signal is sent over OTLP/gRPC.
 *
 * @param endpoint {@code http://host[:port]} or {@code https}, without path, for gRPC has its own; or
 *     {@code unix:///path/to.sock}
 * @param headers metadata sent with each call; the value of one whose name ends in {@code -bin} is base64
 * @param compression of messages
 * @param connectTimeout for one connection attempt, name lookup included, and as long again for a TLS handshake; more
 *     than zero
 * @param exportTimeout for one attempt, from its start to the end of the response; more than zero
 * @param maxResponseBytes a larger response, also after decompression, is a final failure; at least 1
 * @param tls obeyed if the endpoint's scheme is {@code https}
 * @param headerSource asked for further metadata before each attempt
 * @param maxConnectionAge a connection that has been open this long takes no further call, so that the next one looks the
 *     name up again; calls on it end there; more than zero
 */
public record GrpcTransportSettings(
        URI endpoint,
        Map<String, String> headers,
        Compression compression,
        Duration connectTimeout,
        Duration exportTimeout,
        int maxResponseBytes,
        TlsSettings tls,
        Optional<HeaderSource> headerSource,
        Duration maxConnectionAge)
        implements TransportSettings {

    /** gRPC over HTTP/2, Custom-Metadata: narrower than what HTTP allows. */
    private static final Pattern HEADER_NAME = Pattern.compile("[0-9A-Za-z_.-]+");

    private static final Pattern BASE64 = Pattern.compile("[0-9A-Za-z+/]*={0,2}");

    /** What {@link #allowsEndpoint} takes, for people. */
    public static final String ENDPOINTS =
            "http://host[:port] or https:// without path or query, for gRPC has its own paths, or "
                    + UnixEndpoint.ALLOWED;

    private static final String HEADER_NAMES = "letters, digits, '-', '_' and '.', not beginning with \"grpc-\"";
    private static final String HEADER_VALUES = "printable ASCII, base64 if the name ends in \"-bin\"";

    /** What {@link #allowsHeader} takes, for people. */
    public static final String HEADERS = "names of " + HEADER_NAMES + "; values of " + HEADER_VALUES;

    public GrpcTransportSettings {
        requireNonNull(endpoint, "endpoint");
        require(allowsEndpoint(endpoint), "endpoint", endpoint, ENDPOINTS);
        headers = Map.copyOf(headers);
        headers.forEach(GrpcTransportSettings::requireHeader);
        requireNonNull(compression, "compression");
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("exportTimeout", exportTimeout);
        require(maxResponseBytes >= 1, "maxResponseBytes", maxResponseBytes, "at least 1");
        requireNonNull(tls, "tls");
        requireNonNull(headerSource, "headerSource");
        requirePositive("maxConnectionAge", maxConnectionAge);
    }

    /** Settings with the JVM's trust, no source of headers and the default age of connections. */
    public GrpcTransportSettings(
            URI endpoint,
            Map<String, String> headers,
            Compression compression,
            Duration connectTimeout,
            Duration exportTimeout,
            int maxResponseBytes) {
        this(
                endpoint,
                headers,
                compression,
                connectTimeout,
                exportTimeout,
                maxResponseBytes,
                TlsSettings.systemTrust(),
                Optional.empty(),
                PipelineDefaults.MAX_CONNECTION_AGE);
    }

    @Override
    public GrpcTransportSettings withTls(TlsSettings other) {
        return new GrpcTransportSettings(
                endpoint,
                headers,
                compression,
                connectTimeout,
                exportTimeout,
                maxResponseBytes,
                other,
                headerSource,
                maxConnectionAge);
    }

    @Override
    public GrpcTransportSettings withHeaderSource(HeaderSource other) {
        return new GrpcTransportSettings(
                endpoint,
                headers,
                compression,
                connectTimeout,
                exportTimeout,
                maxResponseBytes,
                tls,
                Optional.of(other),
                maxConnectionAge);
    }

    /** These with another age at which connections take no further call. */
    public GrpcTransportSettings withMaxConnectionAge(Duration other) {
        return new GrpcTransportSettings(
                endpoint,
                headers,
                compression,
                connectTimeout,
                exportTimeout,
                maxResponseBytes,
                tls,
                headerSource,
                other);
    }

    @Override
    public String protocol() {
        return "grpc";
    }

    /** Without the values of headers, which are mostly credentials. */
    @Override
    public String toString() {
        return "GrpcTransportSettings[endpoint=" + endpoint + ", headers=" + headers.keySet() + ", compression="
                + compression + ", connectTimeout=" + connectTimeout + ", exportTimeout=" + exportTimeout
                + ", maxResponseBytes=" + maxResponseBytes + ", tls=" + tls + ", headerSource="
                + (headerSource.isPresent() ? "set" : "none") + ", maxConnectionAge=" + maxConnectionAge + "]";
    }

    /** Whether gRPC can go to {@code url}: a scheme that we know and a host, without path or query, or a socket file. */
    public static boolean allowsEndpoint(URI url) {
        if (UnixEndpoint.isUnix(url)) {
            return UnixEndpoint.isAllowed(url)
                    && UnixEndpoint.parse(url).requestPath().isEmpty();
        }
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return (isSecure(url) || "http".equalsIgnoreCase(url.getScheme()))
                && url.getHost() != null
                && (path.isEmpty() || path.equals("/"))
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && url.getRawUserInfo() == null;
    }

    /** Whether calls go over TLS. */
    static boolean isSecure(URI endpoint) {
        return "https".equalsIgnoreCase(endpoint.getScheme());
    }

    /** Whether gRPC can send a header of this name with this value; what HTTP allows is more. */
    public static boolean allowsHeader(String name, String value) {
        return allowsName(name) && allowsValue(name, value);
    }

    private static boolean allowsName(String name) {
        return HEADER_NAME.matcher(name).matches()
                && !name.toLowerCase(Locale.ROOT).startsWith("grpc-");
    }

    private static boolean allowsValue(String name, String value) {
        if (name.toLowerCase(Locale.ROOT).endsWith("-bin")) {
            return BASE64.matcher(value).matches() && value.length() % 4 == 0;
        }
        return value.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Errors name the header only: its value may be a secret. */
    static void requireHeader(String name, String value) {
        require(allowsName(name), "a header's name", name, HEADER_NAMES);
        if (!allowsValue(name, value)) {
            throw new IllegalArgumentException(
                    "the value of header " + name + " is not one that gRPC allows; allowed: " + HEADER_VALUES);
        }
    }

    @Override
    public int usualRequestBytes() {
        return PipelineDefaults.MAX_GRPC_REQUEST_BYTES;
    }

    @Override
    public GrpcTransport open(Handle handle, DiagnosticLog log) {
        return GrpcTransport.open(handle, this, log);
    }
}
