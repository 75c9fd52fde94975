package io.sluice.exporter.grpc;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.util.AsciiString;

/**
 * Lets grpc-java begin to speak HTTP/2 at once and say {@code https} of it: the connections that it is given do TLS
 * below it. Its own TLS would want one context for all connections, which could not be replaced when files change.
 */
final class SecureScheme implements InternalProtocolNegotiator.ProtocolNegotiator {

    private static final AsciiString HTTPS = AsciiString.of("https");

    /** What an https endpoint has that names no port. */
    private static final int DEFAULT_PORT = 443;

    private final InternalProtocolNegotiator.ProtocolNegotiator plain = InternalProtocolNegotiators.plaintext();

    private SecureScheme() {}

    static void install(NettyChannelBuilder builder) {
        InternalNettyChannelBuilder.setProtocolNegotiatorFactory(
                builder, new InternalProtocolNegotiator.ClientFactory() {
                    @Override
                    public InternalProtocolNegotiator.ProtocolNegotiator newNegotiator() {
                        return new SecureScheme();
                    }

                    @Override
                    public int getDefaultPort() {
                        return DEFAULT_PORT;
                    }
                });
    }

    @Override
    public AsciiString scheme() {
        return HTTPS;
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
        return plain.newHandler(handler);
    }

    @Override
    public void close() {
        plain.close();
    }
}
