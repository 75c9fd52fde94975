package io.sluice.config;

import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import io.sluice.exporter.transport.Http2Limits;
import io.sluice.exporter.transport.HttpServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads how requests come into the sidecar. One thread. */
final class ReceiverReader {

    static final int MAX_HEADER_BYTES = 16 << 10;

    static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);
    static final Duration BODY_TIMEOUT = Duration.ofSeconds(30);
    /** Longer than the minute between two exports of metrics, so that they find their connection. */
    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(3);

    static final Duration MAX_AGE = Duration.ofHours(1);
    static final Http2Limits HTTP2 = Http2Limits.defaults();

    private static final List<ListenAddress> LISTEN =
            List.of(new HostPort("127.0.0.1", 4317), new HostPort("127.0.0.1", 4318));

    private final SettingsReader reader;
    private final long maxRequestBytes;
    private final int maxConnections;

    /** The limits are what applies if nobody set them. */
    ReceiverReader(SettingsReader reader, long maxRequestBytes, int maxConnections) {
        this.reader = reader;
        this.maxRequestBytes = maxRequestBytes;
        this.maxConnections = maxConnections;
    }

    ReceiverOptions read() {
        return new ReceiverOptions(
                reader.get(Keys.SIDECAR_LISTEN, LISTEN), limits(), tls(), reader.get(Keys.SIDECAR_TLS_REQUIRED, true));
    }

    private HttpServerSettings limits() {
        long request = reader.get(Keys.SIDECAR_MAX_REQUEST, maxRequestBytes);
        long compressed = reader.get(Keys.SIDECAR_MAX_COMPRESSED, request);
        reader.computed(Keys.SIDECAR_MAX_COMPRESSED, compressed);
        return new HttpServerSettings(
                reader.get(Keys.SIDECAR_CONNECTIONS, maxConnections),
                (int) compressed,
                (int) request,
                reader.get(Keys.SIDECAR_HEADER_BYTES, (long) MAX_HEADER_BYTES).intValue(),
                reader.get(Keys.SIDECAR_HEAD_TIMEOUT, HEAD_TIMEOUT),
                reader.get(Keys.SIDECAR_BODY_TIMEOUT, BODY_TIMEOUT),
                reader.get(Keys.SIDECAR_IDLE_TIMEOUT, IDLE_TIMEOUT),
                reader.get(Keys.SIDECAR_WRITE_TIMEOUT, HttpServerSettings.WRITE_TIMEOUT),
                reader.get(Keys.SIDECAR_MAX_AGE, MAX_AGE),
                reader.find(Keys.WORKERS).orElse(Runtime.getRuntime().availableProcessors()),
                http2());
    }

    private Http2Limits http2() {
        return new Http2Limits(
                reader.get(Keys.SIDECAR_STREAMS, HTTP2.maxStreams()),
                reader.get(Keys.SIDECAR_WINDOW, (long) HTTP2.windowBytes()).intValue(),
                reader.get(Keys.SIDECAR_RESETS, HTTP2.maxResets()),
                reader.get(Keys.SIDECAR_CONTROL_FRAMES, HTTP2.maxControlFrames()),
                reader.get(Keys.SIDECAR_CONTINUATIONS, HTTP2.maxContinuations()),
                reader.get(Keys.SIDECAR_FLOOD_WINDOW, HTTP2.floodWindow()));
    }

    /** The files are not opened here. */
    private Optional<TlsSettings> tls() {
        Optional<PemFile> certificate = file(Keys.SIDECAR_TLS_CERTIFICATE);
        Optional<PemFile> key = file(Keys.SIDECAR_TLS_KEY);
        Optional<PemFile> clients = file(Keys.SIDECAR_TLS_CLIENTS);
        if (certificate.isPresent() != key.isPresent()) {
            reader.problem(
                    certificate.isPresent() ? Keys.SIDECAR_TLS_CERTIFICATE : Keys.SIDECAR_TLS_KEY,
                    "only together with "
                            + (certificate.isPresent() ? Keys.SIDECAR_TLS_KEY : Keys.SIDECAR_TLS_CERTIFICATE).name());
            return Optional.empty();
        }
        if (certificate.isEmpty()) {
            if (clients.isPresent()) {
                reader.problem(Keys.SIDECAR_TLS_CLIENTS, "only together with " + Keys.SIDECAR_TLS_CERTIFICATE.name());
            }
            return Optional.empty();
        }
        return Optional.of(new TlsSettings(
                clients,
                certificate,
                key,
                reader.get(Keys.TLS_MINIMUM, "1.2").equals("1.3") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                reader.get(Keys.TLS_RELOAD, TlsSettings.RELOAD_INTERVAL)));
    }

    private Optional<PemFile> file(SettingKey<Path> key) {
        return reader.find(key).map(path -> new PemFile(key.name(), path));
    }
}
