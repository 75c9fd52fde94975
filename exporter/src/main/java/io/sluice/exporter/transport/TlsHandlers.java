package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.sluice.exporter.tls.TlsContext;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.runtime.Handle;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Makes the part of a connection's pipeline that speaks TLS. What takes milliseconds in a handshake, such as checking
 * the peer's certificates, runs on the runtime's blocking threads. Any thread.
 */
public final class TlsHandlers {

    private static final List<String> HTTP_1_1 = List.of("http/1.1");

    private final TlsContexts contexts;
    private final Executor slowSteps;
    private final String host;
    private final int port;

    public TlsHandlers(TlsContexts contexts, Handle handle, String host, int port) {
        this.contexts = contexts;
        this.slowSteps = slowSteps(handle);
        this.host = host;
        this.port = port;
    }

    /** Runs a handshake's slow steps. After each the connection goes on in its loop, if that still is there. */
    static Executor slowSteps(Handle handle) {
        return step -> handle.spawnBlocking(() -> {
                    try {
                        step.run();
                        return true;
                    } catch (RejectedExecutionException e) {
                        // The loop ended meanwhile, and the connection with it.
                        return false;
                    }
                })
                .detach();
    }

    public TlsContexts contexts() {
        return contexts;
    }

    /** Where the handshake is with, for people. */
    String peer() {
        return host + ":" + port;
    }

    SslHandler newHandler(TlsContext context) {
        return newHandler(context, HTTP_1_1);
    }

    /** For one new connection; {@code protocols} are offered in ALPN. */
    public SslHandler newHandler(TlsContext context, List<String> protocols) {
        return new SslHandler(context.newEngine(host, port, protocols), slowSteps);
    }
}
