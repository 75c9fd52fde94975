package io.sluice.config;

import io.sluice.exporter.Compression;
import io.sluice.exporter.EndpointSettings;
import io.sluice.exporter.PipelineDefaults;
import io.sluice.exporter.Signal;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.transport.HttpTransportSettings;
import io.sluice.exporter.transport.UnixEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads where a signal is sent, by which protocol and how. One thread. */
final class DestinationReader {

    static final String HTTP = "http/protobuf";
    static final String GRPC = "grpc";

    private static final int HTTP_PORT = 4318;
    private static final int GRPC_PORT = 4317;
    private static final URI HTTP_ENDPOINT = URI.create("http://localhost:" + HTTP_PORT);
    private static final URI GRPC_ENDPOINT = URI.create("http://localhost:" + GRPC_PORT);

    private final SettingsReader reader;

    DestinationReader(SettingsReader reader) {
        this.reader = reader;
    }

    TransportSettings read(Signal signal) {
        boolean grpc = reader.perSignal(Keys.PROTOCOL, signal, HTTP).equals(GRPC);
        URI endpoint = grpc ? grpcEndpoint(signal) : httpEndpoint(signal);
        Map<String, String> headers = headers(signal, grpc);
        Compression compression = reader.perSignal(Keys.COMPRESSION, signal, Compression.NONE);
        int compressionLevel = reader.perSignal(Keys.COMPRESSION_LEVEL, signal, PipelineDefaults.COMPRESSION_LEVEL);
        Duration connectTimeout = reader.get(Keys.CONNECT_TIMEOUT, PipelineDefaults.CONNECT_TIMEOUT);
        Duration exportTimeout =
                SettingsLoader.limit(reader.perSignal(Keys.TIMEOUT, signal, PipelineDefaults.EXPORT_TIMEOUT));
        int maxResponseBytes = reader.perSignal(
                        Keys.MAX_RESPONSE_BYTES, signal, (long) PipelineDefaults.MAX_RESPONSE_BYTES)
                .intValue();
        Duration maxConnectionAge = reader.get(Keys.CONNECTION_MAX_AGE, PipelineDefaults.MAX_CONNECTION_AGE);
        TlsReader safety = new TlsReader(reader);
        TlsSettings tls = safety.read(signal, endpoint);
        Optional<HeaderSource> source = safety.headers();
        EndpointSettings common = new EndpointSettings(
                endpoint,
                headers,
                compression,
                compressionLevel,
                connectTimeout,
                exportTimeout,
                maxResponseBytes,
                tls,
                source,
                maxConnectionAge);
        return grpc ? new GrpcTransportSettings(common) : new HttpTransportSettings(common);
    }

    /** OTLP exporter specification: the general URL gets the signal's path appended, the signal's own is used as it is. */
    private URI httpEndpoint(Signal signal) {
        SettingKey<URI> ownKey = Keys.forSignal(Keys.ENDPOINT, signal);
        URI joined = withPath(reader.get(Keys.ENDPOINT, HTTP_ENDPOINT), signal);
        Optional<URI> own = reader.find(ownKey);
        reader.computed(ownKey, joined);
        warnOfPort(own.isPresent() ? ownKey : Keys.ENDPOINT, own.orElse(joined), GRPC_PORT, HTTP, GRPC);
        return own.map(url -> asItIs(url, signal)).orElse(joined);
    }

    private static URI withPath(URI base, Signal signal) {
        if (UnixEndpoint.isUnix(base)) {
            return UnixEndpoint.parse(base).append(signal.httpPath());
        }
        String path = base.getRawPath();
        String prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return base.resolve(prefix + signal.httpPath());
    }

    /** A socket file alone cannot mean the root: there is nothing of which that would be the path. */
    private static URI asItIs(URI own, Signal signal) {
        if (UnixEndpoint.isUnix(own)) {
            return UnixEndpoint.parse(own).requestPath().isEmpty() ? withPath(own, signal) : own;
        }
        return own.getRawPath().isEmpty() ? own.resolve("/") : own;
    }

    /** The same without a path: gRPC has its own. */
    private URI grpcEndpoint(Signal signal) {
        SettingKey<URI> ownKey = Keys.forSignal(Keys.ENDPOINT, signal);
        URI base = reader.get(Keys.ENDPOINT, GRPC_ENDPOINT);
        Optional<URI> own = reader.find(ownKey);
        reader.computed(ownKey, base);
        SettingKey<URI> key = own.isPresent() ? ownKey : Keys.ENDPOINT;
        URI endpoint = own.orElse(base);
        if (!GrpcTransportSettings.allowsEndpoint(endpoint)) {
            reader.problem(key, GrpcTransportSettings.ENDPOINTS);
            return GRPC_ENDPOINT;
        }
        warnOfPort(key, endpoint, HTTP_PORT, GRPC, HTTP);
        return endpoint;
    }

    private void warnOfPort(SettingKey<URI> key, URI endpoint, int othersPort, String protocol, String other) {
        if (endpoint.getPort() == othersPort) {
            reader.warning(
                    key, "port " + othersPort + " is usually that of " + other + ", and the protocol is " + protocol);
        }
    }

    private Map<String, String> headers(Signal signal, boolean grpc) {
        Map<String, String> common = reader.get(Keys.HEADERS, Map.of());
        SettingKey<Map<String, String>> ownKey = Keys.forSignal(Keys.HEADERS, signal);
        Optional<Map<String, String>> own = reader.find(ownKey);
        Map<String, String> headers = own.orElse(common);
        if (grpc
                && !headers.entrySet().stream()
                        .allMatch(header -> GrpcTransportSettings.allowsHeader(header.getKey(), header.getValue()))) {
            reader.problem(own.isPresent() ? ownKey : Keys.HEADERS, "for grpc, " + GrpcTransportSettings.HEADERS);
            return Map.of();
        }
        return headers;
    }
}
