package io.sluice.conformance;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.sluice.exporter.grpc.StatusDetails;
import io.sluice.exporter.testing.GrpcPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An OTLP/gRPC receiver that answers by script: grpc-java's own server. */
final class GrpcServer implements Server {

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final Script script;
    private final GrpcPeer peer;
    private volatile Runnable cut = () -> {};

    private GrpcServer(List<Answer> answers, UnaryOperator<NettyServerBuilder> settings) throws IOException {
        this.script = new Script(answers);
        this.peer = new GrpcPeer(0, this::answer, settings);
    }

    static GrpcServer open(List<Answer> answers) throws IOException {
        return new GrpcServer(answers, UnaryOperator.identity());
    }

    static GrpcServer openSecure(Identities identities, List<Answer> answers) throws IOException {
        SslContext tls = GrpcSslContexts.configure(
                        SslContextBuilder.forServer(
                                        identities.serverCertificate().toFile(),
                                        identities.serverKey().toFile())
                                .trustManager(identities.authority().toFile())
                                .clientAuth(ClientAuth.REQUIRE),
                        SslProvider.JDK)
                .build();
        return new GrpcServer(answers, builder -> builder.sslContext(tls));
    }

    @Override
    public int port() {
        return peer.port();
    }

    @Override
    public List<Seen> seen() {
        return script.seen();
    }

    @Override
    public Map<String, String> settings() {
        return Map.of();
    }

    @Override
    public void disconnectBy(Runnable newCut) {
        cut = newCut;
    }

    @Override
    public void close() {
        script.release();
        peer.close();
    }

    private void answer(GrpcPeer.Call call) {
        Seen seen = Seen.of(call.signal(), call.signal().key(), headers(call.headers()), call.message());
        Answer answer = script.answer(seen);
        if (answer instanceof Answer.Taken taken) {
            script.pause(taken.after());
            call.ok();
        } else if (answer instanceof Answer.PartlyTaken partly) {
            call.ok(Responses.partial(call.signal(), partly.rejected(), "some were not liked"));
        } else if (answer instanceof Answer.Refused) {
            call.fail(Status.INVALID_ARGUMENT);
        } else if (answer instanceof Answer.Busy busy) {
            comeBack(call, Status.UNAVAILABLE, busy.delay());
        } else if (answer instanceof Answer.Exhausted exhausted) {
            comeBack(call, Status.RESOURCE_EXHAUSTED, exhausted.delay());
        } else if (answer instanceof Answer.Grpc status) {
            if (status.inTrailers()) {
                call.failAfterHeaders(status.code().toStatus(), new Metadata());
            } else {
                call.fail(status.code().toStatus());
            }
        } else if (answer instanceof Answer.Bulky bulky) {
            call.ok(Responses.bulky(bulky.bytes()));
        } else if (answer instanceof Answer.Disconnect) {
            cut.run();
        } else {
            throw new CannotShow(answer + " over gRPC");
        }
    }

    private static void comeBack(GrpcPeer.Call call, Status status, Optional<Duration> delay) {
        Metadata trailers = new Metadata();
        delay.ifPresent(
                after -> trailers.put(DETAILS, StatusDetails.retryInfo(after.toSeconds(), after.toNanosPart())));
        call.fail(status, trailers);
    }

    private static Map<String, String> headers(Metadata metadata) {
        Map<String, String> headers = new HashMap<>();
        for (String name : metadata.keys()) {
            if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                headers.put(
                        name, String.valueOf(metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))));
            }
        }
        return headers;
    }
}
