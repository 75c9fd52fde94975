package io.sluice.agent.process;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Consumer;

/** The gRPC port of {@link OtlpSink}: grpc-java's own server. */
final class GrpcIntake implements AutoCloseable {

    private static final Metadata.Key<String> USER_AGENT =
            Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private volatile Consumer<String> userAgents = agent -> {};
    private volatile Consumer<String> malformed = problem -> {};

    /** @param readers by the service's name within the collector's package */
    GrpcIntake(Map<String, OtlpSink.Reader> readers) throws IOException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        readers.forEach((name, reader) -> builder.addService(service(name, reader)));
        server = builder.build().start();
    }

    void observe(Consumer<String> agents, Consumer<String> problems) {
        userAgents = agents;
        malformed = problems;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getPort();
    }

    private ServerServiceDefinition service(String name, OtlpSink.Reader reader) {
        String service = "opentelemetry.proto.collector." + name;
        MethodDescriptor<byte[], byte[]> export = MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(service + "/Export")
                .build();
        ServerCallHandler<byte[], byte[]> handler = (call, headers) -> {
            userAgents.accept(headers.get(USER_AGENT));
            call.request(1);
            return new ServerCall.Listener<>() {
                @Override
                public void onMessage(byte[] message) {
                    answer(call, name, reader, message);
                }
            };
        };
        return ServerServiceDefinition.builder(service)
                .addMethod(export, handler)
                .build();
    }

    private void answer(ServerCall<byte[], byte[]> call, String name, OtlpSink.Reader reader, byte[] message) {
        try {
            reader.read(new ByteArrayInputStream(message));
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[0]);
            call.close(Status.OK, new Metadata());
        } catch (IOException notOtlp) {
            malformed.accept(name + ": " + notOtlp);
            call.close(Status.INVALID_ARGUMENT, new Metadata());
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
