package io.sluice.benchmarks.pipeline;

import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.sluice.exporter.Signal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** OTLP/gRPC on grpc-java's server. */
final class GrpcSinkEndpoint extends SinkEndpoint {

    /** A whole collection of metrics comes as one message from upstream. */
    private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

    private final Executor workers;
    private @Nullable Server server;

    GrpcSinkEndpoint(Executor workers) {
        this.workers = workers;
    }

    @Override
    int listen(InetSocketAddress address) throws IOException {
        server = NettyServerBuilder.forAddress(address)
                .executor(workers)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .addService(service("trace", "TraceService", Signal.TRACES))
                .addService(service("metrics", "MetricsService", Signal.METRICS))
                .addService(service("logs", "LogsService", Signal.LOGS))
                .build()
                .start();
        return server.getPort();
    }

    @Override
    void down() throws InterruptedException {
        if (server != null) {
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            server = null;
        }
    }

    private ServerServiceDefinition service(String area, String name, Signal signal) {
        String service = "opentelemetry.proto.collector." + area + ".v1." + name;
        MethodDescriptor<byte[], byte[]> export = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, "Export"))
                .build();
        return ServerServiceDefinition.builder(service)
                .addMethod(export, (call, headers) -> {
                    call.request(1);
                    return new Answer(call, signal);
                })
                .build();
    }

    /** One call: its message is counted, then it is answered. */
    private final class Answer extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;
        private final Signal signal;

        Answer(ServerCall<byte[], byte[]> call, Signal signal) {
            this.call = call;
            this.signal = signal;
        }

        @Override
        public void onMessage(byte[] request) {
            receive(signal, request);
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[0]);
            call.close(Status.OK, new Metadata());
        }
    }

    /** Messages stay bytes. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
