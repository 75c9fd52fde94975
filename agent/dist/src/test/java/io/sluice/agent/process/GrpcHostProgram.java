package io.sluice.agent.process;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * A program with a gRPC, a shaded Netty and a protobuf of its own: it serves and calls itself over the native transport,
 * once a span, and prints where each of them was loaded from.
 */
public final class GrpcHostProgram {

    private static final MethodDescriptor<AnyValue, AnyValue> ECHO = MethodDescriptor.<AnyValue, AnyValue>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("host.Echo/Echo")
            .setRequestMarshaller(new AnyValues())
            .setResponseMarshaller(new AnyValues())
            .build();

    private GrpcHostProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int calls = Integer.parseInt(arguments[1]);
        System.out.println("epoll " + Epoll.isAvailable());
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("host.Echo")
                        .addMethod(ECHO, (call, headers) -> echo(call))
                        .build())
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        for (int i = 0; i < calls; i++) {
            Span span =
                    GlobalOpenTelemetry.getTracer("host").spanBuilder("work").startSpan();
            AnyValue answer = call(channel, AnyValue.newBuilder().setIntValue(i).build());
            span.end();
            System.out.println("span " + span.getSpanContext().getSpanId());
            System.out.println("answer " + answer.getIntValue());
        }
        channel.shutdownNow();
        server.shutdownNow();
        for (Class<?> type : new Class<?>[] {Server.class, NettyServerBuilder.class, Epoll.class, Message.class}) {
            System.out.println("loaded " + type.getName() + " from "
                    + type.getProtectionDomain().getCodeSource().getLocation());
        }
        JvmPortrait.print(System.out);
        System.out.println("ready");
        System.out.flush();
    }

    private static AnyValue call(ManagedChannel channel, AnyValue question) {
        CompletableFuture<AnyValue> answer = new CompletableFuture<>();
        ClientCall<AnyValue, AnyValue> call = channel.newCall(ECHO, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(AnyValue message) {
                        answer.complete(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        answer.completeExceptionally(status.asRuntimeException());
                    }
                },
                new Metadata());
        call.sendMessage(question);
        call.halfClose();
        call.request(2);
        return answer.join();
    }

    private static ServerCall.Listener<AnyValue> echo(ServerCall<AnyValue, AnyValue> call) {
        call.request(2);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(AnyValue message) {
                call.sendHeaders(new Metadata());
                call.sendMessage(message);
                call.close(Status.OK, new Metadata());
            }
        };
    }

    /** As generated code would. */
    private static final class AnyValues implements MethodDescriptor.Marshaller<AnyValue> {

        @Override
        public InputStream stream(AnyValue value) {
            return new ByteArrayInputStream(value.toByteArray());
        }

        @Override
        public AnyValue parse(InputStream stream) {
            try {
                return AnyValue.parseFrom(stream);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
