package io.sluice.conformance;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** Clients that are neither side's and send what they are told, right or wrong: the JDK's over HTTP, grpc-java's over gRPC. */
final class ReceiverCaller implements AutoCloseable {

    static final String PROTOBUF = "application/x-protobuf";
    static final String JSON = "application/json";

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int httpPort;
    private final ManagedChannel channel;

    ReceiverCaller(ReceiverSubject subject) {
        this(subject.port(Protocol.HTTP), subject.port(Protocol.GRPC));
    }

    ReceiverCaller(int httpPort, int grpcPort) {
        this.httpPort = httpPort;
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .build();
    }

    Reply send(Protocol protocol, Signal signal, byte[] body) throws Exception {
        return protocol == Protocol.HTTP ? post(signal, PROTOBUF, body, Map.of()) : call(signal, body, "identity");
    }

    Reply sendGzip(Protocol protocol, Signal signal, byte[] body) throws Exception {
        return protocol == Protocol.HTTP
                ? post(signal, PROTOBUF, gzip(body), Map.of("Content-Encoding", "gzip"))
                : call(signal, body, "gzip");
    }

    Reply post(Signal signal, String contentType, byte[] body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + httpPort + signal.httpPath()))
                .timeout(LIMIT)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Map<String, String> answered = new HashMap<>();
        response.headers().map().forEach((name, values) -> answered.put(name, values.get(0)));
        return new Reply(
                Protocol.HTTP,
                response.statusCode(),
                answered,
                response.body(),
                "",
                answered.containsKey("retry-after"));
    }

    private Reply call(Signal signal, byte[] message, String compressor) throws Exception {
        MethodDescriptor<byte[], byte[]> method = Bytes.method(signal.grpcPath());
        ClientCall<byte[], byte[]> call = channel.newCall(
                method,
                CallOptions.DEFAULT
                        .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .withCompression(compressor));
        CompletableFuture<Reply> replied = new CompletableFuture<>();
        call.start(new Listening(replied), new Metadata());
        call.request(2);
        call.sendMessage(message);
        call.halfClose();
        return replied.get();
    }

    /** Keeps the message, and replies with it when the call ends. */
    private static final class Listening extends ClientCall.Listener<byte[]> {

        private final CompletableFuture<Reply> replied;
        private byte[] answer = {};

        Listening(CompletableFuture<Reply> replied) {
            this.replied = replied;
        }

        @Override
        public void onMessage(byte[] message) {
            answer = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            byte[] details = trailers.get(DETAILS);
            boolean retry = details != null
                    && new String(details, StandardCharsets.ISO_8859_1).contains("google.rpc.RetryInfo");
            replied.complete(new Reply(
                    Protocol.GRPC,
                    status.getCode().value(),
                    Map.of(),
                    answer,
                    String.valueOf(status.getDescription()),
                    retry));
        }
    }

    static byte[] gzip(byte[] body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return compressed.toByteArray();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
