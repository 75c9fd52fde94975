package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLogger;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;

/**
 * Keeps Netty from logging in somebody else's program.
 *
 * <p>Left alone, Netty looks for SLF4J and Log4j and ends at {@code java.util.logging}, whose first use fixes the host's
 * log manager for good: in an agent, before the host could choose it. What Netty would say here is nothing that we do
 * not say ourselves: our pipelines handle each exception.
 */
public final class NettyLogs {

    private NettyLogs() {}

    /**
     * Silences this copy of Netty. To be called before the first transport or server is made, and only by programs that
     * own their copy: the agent and the sidecar. A library's user keeps the logs of his own gRPC.
     */
    public static void silence() {
        InternalLoggerFactory.setDefaultFactory(new SilentFactory());
    }

    /**
     * {@link #silence} where this copy of Netty was moved to a package that nobody else has, as in the agent's jar.
     * Elsewhere, as where the drop-in stands on an application's class path, it may be the application's own.
     */
    public static void silenceOwnCopy() {
        if (!isWhereGrpcPutIt(InternalLoggerFactory.class.getName())) {
            silence();
        }
    }

    /** The name is put together here, because what moves the packages changes names in constants as well. */
    static boolean isWhereGrpcPutIt(String className) {
        return className.startsWith(String.join(".", "io", "grpc", "netty", "shaded", ""));
    }

    private static final class SilentFactory extends InternalLoggerFactory {
        @Override
        protected InternalLogger newInstance(String name) {
            return new SilentLogger(name);
        }
    }
}
