package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.runtime.Handle;
import java.time.Duration;
import java.util.List;

/**
 * How a server's connections are made safe. Its certificate and key are those that {@code contexts} shows to others; if
 * certificates are trusted there, every peer has to show one that they vouch for. Any thread.
 *
 * @param required whether a connection over TCP that is not TLS is refused
 */
public record ServerTls(TlsContexts contexts, boolean required) {

    public ServerTls {
        requireNonNull(contexts, "contexts");
    }

    /** For one new connection, with the certificates as they are now. */
    SslHandler newHandler(Handle handle, List<String> alpn, Duration handshakeTimeout) {
        boolean clientsToo = contexts.settings().trusted().isPresent();
        SslHandler handler =
                new SslHandler(contexts.current().newServerEngine(alpn, clientsToo), TlsHandlers.slowSteps(handle));
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }
}
