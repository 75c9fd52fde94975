package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.EndpointSettings;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where and how one signal is sent over OTLP/HTTP.
 *
 * @param common the endpoint is the full URL, path included, with the scheme {@code http}, {@code https} or, see {@link
 *     UnixEndpoint}, {@code unix}; the connect timeout includes a TLS handshake; a connection that has reached its maximum
 *     age ends with its exchange
 */
public record HttpTransportSettings(EndpointSettings common) implements TransportSettings {

    public HttpTransportSettings {
        requireNonNull(common, "common");
    }

    /** Settings with the JVM's trust, no source of headers and the default age of connections. */
    public HttpTransportSettings(
            URI endpoint,
            Map<String, String> headers,
            Compression compression,
            Duration connectTimeout,
            Duration exportTimeout,
            int maxResponseBytes) {
        this(new EndpointSettings(endpoint, headers, compression, connectTimeout, exportTimeout, maxResponseBytes));
    }

    /** These with another endpoint. */
    public HttpTransportSettings withEndpoint(URI other) {
        return new HttpTransportSettings(common.withEndpoint(other));
    }

    /** These with other TLS. */
    @Override
    public HttpTransportSettings withTls(TlsSettings other) {
        return new HttpTransportSettings(common.withTls(other));
    }

    /** These with another source of headers. */
    @Override
    public HttpTransportSettings withHeaderSource(HeaderSource other) {
        return new HttpTransportSettings(common.withHeaderSource(other));
    }

    /** These with another age at which connections end. */
    public HttpTransportSettings withMaxConnectionAge(Duration other) {
        return new HttpTransportSettings(common.withMaxConnectionAge(other));
    }

    @Override
    public String protocol() {
        return "http";
    }

    @Override
    public String toString() {
        return "HttpTransportSettings" + common;
    }

    @Override
    public HttpTransport open(Handle handle, DiagnosticLog log) {
        return HttpTransport.open(handle, this, log);
    }
}
