package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

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
 */
public record HttpTransportSettings(
        URI endpoint,
        Map<String, String> headers,
        Compression compression,
        Duration connectTimeout,
        Duration exportTimeout,
        int maxResponseBytes,
        TlsSettings tls)
        implements TransportSettings {

    public HttpTransportSettings {
        requireNonNull(endpoint, "endpoint");
        headers = Map.copyOf(headers);
        requireNonNull(compression, "compression");
        require(
                !connectTimeout.isNegative() && !connectTimeout.isZero(),
                "connectTimeout",
                connectTimeout,
                "more than zero");
        require(
                !exportTimeout.isNegative() && !exportTimeout.isZero(),
                "exportTimeout",
                exportTimeout,
                "more than zero");
        require(maxResponseBytes >= 1, "maxResponseBytes", maxResponseBytes, "at least 1");
        requireNonNull(tls, "tls");
    }

    /** Settings whose TLS, if the endpoint asks for it, trusts what the JVM trusts. */
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
                TlsSettings.systemTrust());
    }

    /** These with another endpoint. */
    public HttpTransportSettings withEndpoint(URI other) {
        return new HttpTransportSettings(
                other, headers, compression, connectTimeout, exportTimeout, maxResponseBytes, tls);
    }

    /** These with other TLS. */
    public HttpTransportSettings withTls(TlsSettings other) {
        return new HttpTransportSettings(
                endpoint, headers, compression, connectTimeout, exportTimeout, maxResponseBytes, other);
    }

    /** Without the values of headers, which are mostly credentials. */
    @Override
    public String protocol() {
        return "http";
    }

    @Override
    public String toString() {
        return "HttpTransportSettings[endpoint=" + endpoint.toString().replaceFirst("//[^/]*@", "//***@")
                + ", headers=" + headers.keySet() + ", compression=" + compression + ", connectTimeout="
                + connectTimeout + ", exportTimeout=" + exportTimeout + ", maxResponseBytes=" + maxResponseBytes
                + ", tls=" + tls + "]";
    }

    @Override
    public HttpTransport open(Handle handle, DiagnosticLog log) {
        return HttpTransport.open(handle, this, log);
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }
}
