package io.sluice.exporter.testing;

import io.sluice.exporter.Compression;
import io.sluice.exporter.Transport;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.grpc.OpenGrpc;
import io.sluice.exporter.transport.HttpTransportSettings;
import io.sluice.exporter.transport.NameLookup;
import io.sluice.exporter.transport.OpenHttp;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
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

    /**
     * A transport that finds hosts as it is told.
     *
     * @param settings of this protocol
     * @param wallClock what a Retry-After date is compared with, where there are such
     */
    public Transport open(Handle handle, TransportSettings settings, NameLookup names, InstantSource wallClock) {
        return switch (this) {
            case HTTP -> OpenHttp.open(handle, (HttpTransportSettings) settings, names, wallClock);
            case GRPC -> OpenGrpc.open(handle, (GrpcTransportSettings) settings, names);
        };
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
