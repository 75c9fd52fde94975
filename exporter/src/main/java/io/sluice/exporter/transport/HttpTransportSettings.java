package io.sluice.exporter.transport;

import static io.sluice.batching.Allowed.require;
import static io.sluice.batching.Allowed.requirePositive;
import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.PipelineDefaults;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where and how one signal is sent over OTLP/HTTP.
 *
 * @param endpoint the full URL, path included; scheme {@code http}, {@code https} or, see {@link UnixEndpoint}, {@code
 *     unix}
 * @param headers sent with each request
 * @param compression of request bodies
 * @param connectTimeout for one connection attempt, name lookup and TLS handshake included; more than zero
 * @param exportTimeout for one attempt, from its start to the end of the response; more than zero
 * @param maxResponseBytes a larger response is a final failure; at least 1
 * @param tls obeyed if the endpoint's scheme is {@code https}
 * @param headerSource asked for further headers before each attempt
 * @param maxConnectionAge a connection that has been open this long ends with its exchange, so that the next one looks
 *     the name up again; more than zero
 */
public record HttpTransportSettings(
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

    public HttpTransportSettings {
        requireNonNull(endpoint, "endpoint");
        headers = Map.copyOf(headers);
        requireNonNull(compression, "compression");
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("exportTimeout", exportTimeout);
        require(maxResponseBytes >= 1, "maxResponseBytes", maxResponseBytes, "at least 1");
        requireNonNull(tls, "tls");
        requireNonNull(headerSource, "headerSource");
        requirePositive("maxConnectionAge", maxConnectionAge);
    }

    /** Settings with the JVM's trust, no source of headers and the default age of connections. */
    public HttpTransportSettings(
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

    /** These with another endpoint. */
    public HttpTransportSettings withEndpoint(URI other) {
        return new HttpTransportSettings(
                other,
                headers,
                compression,
                connectTimeout,
                exportTimeout,
                maxResponseBytes,
                tls,
                headerSource,
                maxConnectionAge);
    }

    /** These with other TLS. */
    @Override
    public HttpTransportSettings withTls(TlsSettings other) {
        return new HttpTransportSettings(
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

    /** These with another source of headers. */
    @Override
    public HttpTransportSettings withHeaderSource(HeaderSource other) {
        return new HttpTransportSettings(
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

    /** These with another age at which connections end. */
    public HttpTransportSettings withMaxConnectionAge(Duration other) {
        return new HttpTransportSettings(
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
        return "http";
    }

    /** Without the values of headers, which are mostly credentials. */
    @Override
    public String toString() {
        return "HttpTransportSettings[endpoint=" + HttpEndpoint.withoutUser(endpoint) + ", headers="
                + headers.keySet() + ", compression=" + compression + ", connectTimeout=" + connectTimeout
                + ", exportTimeout=" + exportTimeout + ", maxResponseBytes=" + maxResponseBytes + ", tls=" + tls
                + ", headerSource=" + (headerSource.isPresent() ? "set" : "none") + ", maxConnectionAge="
                + maxConnectionAge + "]";
    }

    @Override
    public HttpTransport open(Handle handle, DiagnosticLog log) {
        return HttpTransport.open(handle, this, log);
    }
}
