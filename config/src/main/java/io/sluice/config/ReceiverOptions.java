package io.sluice.config;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.transport.HttpServerSettings;
import java.util.List;
import java.util.Optional;

/**
 * How requests come into the sidecar.
 *
 * @param listen where; not empty; every address takes everything
 * @param limits of connections and requests
 * @param tls our certificate and key, and whom to trust if peers have to show theirs; empty for no TLS
 * @param tlsRequired whether plain connections over TCP are refused
 */
public record ReceiverOptions(
        List<ListenAddress> listen, HttpServerSettings limits, Optional<TlsSettings> tls, boolean tlsRequired) {

    public ReceiverOptions {
        listen = List.copyOf(listen);
        requireNonNull(limits, "limits");
        requireNonNull(tls, "tls");
    }

    /** Of one request after decompression. */
    public int maxRequestBytes() {
        return limits.maxInflatedBytes();
    }
}
