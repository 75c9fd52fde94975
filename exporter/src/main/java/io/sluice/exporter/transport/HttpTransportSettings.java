package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Compression;
import io.sluice.exporter.TransportSettings;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where and how one signal is sent over OTLP/HTTP.
 *
 * @param endpoint the full URL, path included; scheme {@code http} (TLS comes with the exporter's own issue)
 * @param headers sent with each request
 * @param compression of request bodies
 * @param connectTimeout for one connection attempt, name lookup included; more than zero
 * @param exportTimeout for one attempt, from its start to the end of the response; more than zero
 * @param maxResponseBytes a larger response is a final failure; at least 1
 */
public record HttpTransportSettings(
        URI endpoint,
        Map<String, String> headers,
        Compression compression,
        Duration connectTimeout,
        Duration exportTimeout,
        int maxResponseBytes)
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
    }

    @Override
    public HttpTransport open(Handle handle) {
        return HttpTransport.open(handle, this);
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }
}
