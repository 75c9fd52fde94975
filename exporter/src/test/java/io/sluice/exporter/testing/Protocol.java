package io.sluice.exporter.testing;

import io.sluice.exporter.Compression;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.transport.HttpTransportSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** The two ways to a destination, for tests that hold for both. */
public enum Protocol {
    HTTP,
    GRPC;

    private static final int MAX_RESPONSE_BYTES = 1 << 20;

    /** How a client reaches a port of the loopback. */
    public TransportSettings to(int port, Duration connectTimeout, Duration exportTimeout) {
        return to("127.0.0.1", port, connectTimeout, exportTimeout);
    }

    /** How a client reaches a port of a host. */
    public TransportSettings to(String host, int port, Duration connectTimeout, Duration exportTimeout) {
        URI base = URI.create("http://" + host + ":" + port);
        return switch (this) {
            case HTTP ->
                new HttpTransportSettings(
                        base.resolve("/v1/traces"),
                        Map.of(),
                        Compression.NONE,
                        connectTimeout,
                        exportTimeout,
                        MAX_RESPONSE_BYTES);
            case GRPC ->
                new GrpcTransportSettings(
                        base, Map.of(), Compression.NONE, connectTimeout, exportTimeout, MAX_RESPONSE_BYTES);
        };
    }
}
