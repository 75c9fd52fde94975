package io.sluice.exporter.testing;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A client of OTLP/gRPC in a test: grpc-java's own, with bytes for messages. Any thread. */
public final class GrpcCaller implements AutoCloseable {

    /** What became of a call. */
    @SuppressWarnings("ArrayRecordComponent") // read, not compared
    public record Outcome(Status status, Metadata trailers, byte[] response) {}

    private final ManagedChannel channel;

    /** Plain text unless {@code settings} says otherwise. */
    public GrpcCaller(InetSocketAddress server, UnaryOperator<NettyChannelBuilder> settings) {
        channel = settings.apply(NettyChannelBuilder.forAddress(server)
                        .usePlaintext()
                        .disableRetry()
                        .maxInboundMessageSize(64 << 20))
                .build();
    }

    public GrpcCaller(InetSocketAddress server) {
        this(server, UnaryOperator.identity());
    }

    /** Calls {@code path}, which begins with a slash, and does not wait. */
    public CompletableFuture<Outcome> start(String path, byte[] message, CallOptions options) {
        MethodDescriptor<byte[], byte[]> method = Bytes.method(path);
        ClientCall<byte[], byte[]> call = channel.newCall(method, options);
        Listener listener = new Listener();
        call.start(listener, new Metadata());
        call.setMessageCompression(options.getCompressor() != null);
        call.request(2);
        call.sendMessage(message);
        call.halfClose();
        listener.outcome.whenComplete((outcome, failure) -> {
            if (listener.outcome.isCancelled()) {
                call.cancel("the test gives up", null);
            }
        });
        return listener.outcome;
    }

    /** Calls and waits. */
    public Outcome call(String path, byte[] message) throws Exception {
        return start(path, message, CallOptions.DEFAULT).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            if (!channel.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the channel does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Listener extends ClientCall.Listener<byte[]> {
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private byte @Nullable [] response;

        @Override
        public void onMessage(byte[] message) {
            response = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            outcome.complete(new Outcome(status, trailers, response == null ? new byte[0] : response));
        }
    }
}
