package io.sluice.exporter.faults;

import static io.sluice.exporter.faults.FaultRun.BATCH;
import static io.sluice.exporter.faults.FaultRun.LONG;
import static io.sluice.exporter.faults.FaultRun.PERMITS;
import static io.sluice.exporter.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.sluice.exporter.Compression;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.testing.FaultProxy;
import io.sluice.exporter.testing.FaultProxy.End;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced under load, over gRPC; a row of {@code docs/faults.md}. */
@Timeout(60)
class TlsRowsTest {

    private static final Duration RELOAD = Duration.ofMillis(20);

    @TempDir
    Path folder;

    /** Takes everything, and shows {@code shown}. */
    private static GrpcPeer peer(Issued shown) throws Exception {
        AtomicReference<GrpcPeer> self = new AtomicReference<>();
        GrpcPeer.Script takes = call -> {
            while (self.get() == null) {
                Thread.onSpinWait();
            }
            self.get().take(call);
            call.ok();
        };
        self.set(new GrpcPeer(0, takes, builder -> {
            try {
                return builder.sslContext(GrpcSslContexts.configure(
                                SslContextBuilder.forServer(shown.keys().getPrivate(), shown.certificate()),
                                SslProvider.JDK)
                        .build());
            } catch (SSLException e) {
                throw new AssertionError(e);
            }
        }));
        return self.get();
    }

    /** The destination comes back with a certificate of another authority; the file of trusted ones follows later. */
    @Test
    void row08_certificateAndTrustThatAreReplaced_underLoad_loseNothing() throws Exception {
        Issued old = TestCertificates.authority("Old Authority");
        Issued next = TestCertificates.authority("Next Authority");
        Path trust = old.writeCertificate(folder.resolve("trust.pem"));
        TlsSettings tls = new TlsSettings(
                Optional.of(new PemFile("the.certificate", trust)),
                Optional.empty(),
                Optional.empty(),
                TlsVersion.TLS_1_2,
                RELOAD);
        try (GrpcPeer before = peer(old.issue("collector", Validity.GOOD, "localhost"));
                GrpcPeer after = peer(next.issue("collector", Validity.GOOD, "localhost"));
                FaultProxy wire = new FaultProxy(before.port());
                FaultRun run = new FaultRun(new GrpcTransportSettings(
                                URI.create("https://localhost:" + wire.port()),
                                Map.of(),
                                Compression.NONE,
                                LONG,
                                LONG,
                                1 << 20)
                        .withTls(tls))) {
            run.send(20 * BATCH);
            wire.target(after.port());
            wire.cutAll(End.RST);
            run.send(20 * BATCH);
            await(() -> run.stats().attempts().failed().getOrDefault("unreachable", 0L) >= PERMITS + 3);
            assertThat(after.received()).as("nothing goes to a stranger").isEmpty();
            Files.writeString(trust, old.certificatePem() + next.certificatePem());
            run.send(20 * BATCH).flush();

            Set<Long> arrived = new HashSet<>(before.ids());
            arrived.addAll(after.ids());
            assertThat(before.ids().size() + after.ids().size() + before.doubles() + after.doubles() - arrived.size())
                    .as("twice came at most what was in flight")
                    .isBetween(0, PERMITS * BATCH);
            run.custodyWasBounded().nothingIsLost(arrived);
        }
    }
}
