package io.sluice.exporter.grpc;

import static io.sluice.batching.Allowed.require;

import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.EndpointSettings;
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
import java.util.regex.Pattern;

/**
 * Where and how one signal is sent over OTLP/gRPC.
 *
 * @param common the endpoint is {@code http://host[:port]} or {@code https}, without path, for gRPC has its own, or
 *     {@code unix:///path/to.sock}; headers are metadata, and the value of one whose name ends in {@code -bin} is base64; a
 *     TLS handshake gets the connect timeout once more; calls on a connection that has reached its maximum age end there
 */
public record GrpcTransportSettings(EndpointSettings common) implements TransportSettings {

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
        require(allowsEndpoint(common.endpoint()), "endpoint", common.endpoint(), ENDPOINTS);
        common.headers().forEach(GrpcTransportSettings::requireHeader);
    }

    /** Settings with the JVM's trust, no source of headers and the default age of connections. */
    public GrpcTransportSettings(
            URI endpoint,
            Map<String, String> headers,
            Compression compression,
            Duration connectTimeout,
            Duration exportTimeout,
            int maxResponseBytes) {
        this(new EndpointSettings(endpoint, headers, compression, connectTimeout, exportTimeout, maxResponseBytes));
    }

    @Override
    public GrpcTransportSettings withTls(TlsSettings other) {
        return new GrpcTransportSettings(common.withTls(other));
    }

    @Override
    public GrpcTransportSettings withHeaderSource(HeaderSource other) {
        return new GrpcTransportSettings(common.withHeaderSource(other));
    }

    /** These with another age at which connections take no further call. */
    public GrpcTransportSettings withMaxConnectionAge(Duration other) {
        return new GrpcTransportSettings(common.withMaxConnectionAge(other));
    }

    @Override
    public String protocol() {
        return "grpc";
    }

    @Override
    public String toString() {
        return "GrpcTransportSettings" + common;
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
