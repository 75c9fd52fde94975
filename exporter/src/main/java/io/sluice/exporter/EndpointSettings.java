package io.sluice.exporter;

import static io.sluice.batching.Allowed.require;
import static io.sluice.batching.Allowed.requirePositive;
import static java.util.Objects.requireNonNull;

import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.tls.TlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where and how one signal is sent: what the settings of all protocols are made of. What an endpoint and a header may be
 * is said by each protocol.
 *
 * @param endpoint where to
 * @param headers sent with each request
 * @param compression of requests
 * @param compressionLevel how much time it takes to make them smaller: 1 to 9, as zlib has it
 * @param connectTimeout for one connection attempt, name lookup included; more than zero
 * @param exportTimeout for one attempt, from its start to the end of the response; more than zero
 * @param maxResponseBytes a larger response, also after decompression, is a final failure; at least 1
 * @param tls obeyed if the endpoint asks for it
 * @param headerSource asked for further headers before each attempt
 * @param maxConnectionAge a connection that has been open this long takes no further request, so that the next one looks
 *     the name up again; more than zero
 */
public record EndpointSettings(
        URI endpoint,
        Map<String, String> headers,
        Compression compression,
        int compressionLevel,
        Duration connectTimeout,
        Duration exportTimeout,
        int maxResponseBytes,
        TlsSettings tls,
        Optional<HeaderSource> headerSource,
        Duration maxConnectionAge) {

    public EndpointSettings {
        requireNonNull(endpoint, "endpoint");
        headers = Map.copyOf(headers);
        requireNonNull(compression, "compression");
        require(compressionLevel >= 1 && compressionLevel <= 9, "compressionLevel", compressionLevel, "1 to 9");
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("exportTimeout", exportTimeout);
        require(maxResponseBytes >= 1, "maxResponseBytes", maxResponseBytes, "at least 1");
        requireNonNull(tls, "tls");
        requireNonNull(headerSource, "headerSource");
        requirePositive("maxConnectionAge", maxConnectionAge);
    }

    /** Settings with the default level of compression, the JVM's trust, no source of headers and the default age of connections. */
    public EndpointSettings(
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
                PipelineDefaults.COMPRESSION_LEVEL,
                connectTimeout,
                exportTimeout,
                maxResponseBytes,
                TlsSettings.systemTrust(),
                Optional.empty(),
                PipelineDefaults.MAX_CONNECTION_AGE);
    }

    /** These with another endpoint. */
    public EndpointSettings withEndpoint(URI other) {
        return with(other, compressionLevel, tls, headerSource, maxConnectionAge);
    }

    /** These with other TLS. */
    public EndpointSettings withTls(TlsSettings other) {
        return with(endpoint, compressionLevel, other, headerSource, maxConnectionAge);
    }

    /** These with another source of headers. */
    public EndpointSettings withHeaderSource(HeaderSource other) {
        return with(endpoint, compressionLevel, tls, Optional.of(other), maxConnectionAge);
    }

    /** These with another age at which connections take no further request. */
    public EndpointSettings withMaxConnectionAge(Duration other) {
        return with(endpoint, compressionLevel, tls, headerSource, other);
    }

    /** These with another level of compression. */
    public EndpointSettings withCompressionLevel(int other) {
        return with(endpoint, other, tls, headerSource, maxConnectionAge);
    }

    private EndpointSettings with(URI url, int level, TlsSettings safety, Optional<HeaderSource> source, Duration age) {
        return new EndpointSettings(
                url, headers, compression, level, connectTimeout, exportTimeout, maxResponseBytes, safety, source, age);
    }

    /** The connect timeout as Netty takes it: an int, and zero would be no limit. */
    public int connectTimeoutMillis() {
        return (int) Math.max(
                1, Math.min(Integer.MAX_VALUE, connectTimeout.plusNanos(999_999).toMillis()));
    }

    /** Whether a connection of {@code ageNanos} takes no further request. */
    public boolean isTooOld(long ageNanos) {
        return Duration.ofNanos(ageNanos).compareTo(maxConnectionAge) >= 0;
    }

    /** Without what are mostly credentials: the values of headers, and what stands before the endpoint's host. */
    @Override
    public String toString() {
        return "[endpoint=" + withoutUser(endpoint) + ", headers=" + headers.keySet() + ", compression=" + compression
                + ", compressionLevel=" + compressionLevel
                + ", connectTimeout=" + connectTimeout + ", exportTimeout=" + exportTimeout + ", maxResponseBytes="
                + maxResponseBytes + ", tls=" + tls + ", headerSource="
                + (headerSource.isPresent() ? "set" : "none") + ", maxConnectionAge=" + maxConnectionAge + "]";
    }

    /** {@code url} as people may see it: the user may be followed by a password. */
    public static String withoutUser(URI url) {
        return url.toString().replaceFirst("//[^/]*@", "//***@");
    }
}
