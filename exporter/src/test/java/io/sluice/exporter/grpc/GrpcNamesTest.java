package io.sluice.exporter.grpc;

import static io.sluice.exporter.testing.Await.await;
import static io.sluice.exporter.testing.Await.awaitWhileTimePasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.ExportResult.Delivered;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.testing.FullBacklog;
import io.sluice.exporter.testing.GrpcPeer;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.ManualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which address a connection goes to, and for how long it is used. */
class GrpcNamesTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration AGE = Duration.ofMinutes(5);

    /** Stands still unless a test moves it. */
    private final ManualClock clock = new ManualClock();

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).clock(clock).build();
    private final AtomicInteger lookups = new AtomicInteger();
    private GrpcTransport transport;

    @AfterEach
    void stop() throws Exception {
        awaitWhileTimePasses(runtime, clock, transport.shutdown());
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        assertThat(runtime.handle().timeDriver().timers()).isZero();
        runtime.close();
    }

    @Test
    void connectionOfTheMaximumAge_takesNoFurtherCall_andTheNameIsLookedUpAgain() throws Exception {
        try (GrpcPeer first = new GrpcPeer(GrpcPeer.ok());
                GrpcPeer second = beside(first, "127.0.0.2")) {
            open(first.port(), AGE, "127.0.0.1", "127.0.0.2");
            assertThat(send()).isEqualTo(new Delivered());
            clock.advance(AGE.minusMillis(1));
            assertThat(send()).isEqualTo(new Delivered());
            assertThat(lookups).hasValue(1);

            clock.advance(Duration.ofMillis(1));
            assertThat(send()).isEqualTo(new Delivered());
            assertThat(send()).isEqualTo(new Delivered());

            assertThat(lookups).hasValue(2);
            assertThat(first.received()).hasSize(2);
            assertThat(second.received()).hasSize(2);
            assertThat(second.received().get(0).authority()).startsWith("collector.test:");
        }
    }

    @Test
    void callOnAConnectionOfTheMaximumAge_endsThere() throws Exception {
        List<GrpcPeer.Call> held = new ArrayList<>();
        try (GrpcPeer first = new GrpcPeer(call -> {
                    if (call.number() == 2) {
                        synchronized (held) {
                            held.add(call);
                        }
                    } else {
                        call.ok();
                    }
                });
                GrpcPeer second = beside(first, "127.0.0.2")) {
            open(first.port(), AGE, "127.0.0.1", "127.0.0.2");
            assertThat(send()).isEqualTo(new Delivered());
            JoinHandle<ExportResult> inFlight = runtime.handle().spawn(transport.send(payload()));
            await(() -> first.received().size() == 2);
            clock.advance(AGE);
            assertThat(send()).isEqualTo(new Delivered());
            assertThat(second.received()).hasSize(1);
            await(() -> {
                synchronized (held) {
                    return held.size() == 1;
                }
            });
            held.get(0).ok();

            assertThat(runtime.blockOn(inFlight)).isEqualTo(new Delivered());
        }
    }

    /** However short the age: each connection carries a call at least, so that there is progress. */
    @Test
    void connection_whoseAgeIsTheShortest_carriesACall() throws Exception {
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok())) {
            open(peer.port(), Duration.ofMillis(1), "127.0.0.1");
            for (int i = 0; i < 5; i++) {
                assertThat(send()).isEqualTo(new Delivered());
                clock.advance(Duration.ofMillis(1));
            }
            assertThat(peer.received()).hasSize(5);
            assertThat(lookups).hasValue(5);
        }
    }

    @Test
    void age_ofNothing_isRefused() {
        GrpcTransportSettings settings = settings(1);
        open(1, AGE, "127.0.0.1");

        assertThatThrownBy(() -> settings.withMaxConnectionAge(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxConnectionAge is PT0S; allowed: more than zero");
    }

    @Test
    void addressThatIsSilent_getsItsShareOfTheTime_andNoMore() throws Exception {
        // A listener that never accepts, with its queue full, drops further attempts.
        try (GrpcPeer peer = new GrpcPeer(GrpcPeer.ok());
                ServerSocket silent = new ServerSocket(peer.port(), 1, InetAddress.getByName("127.0.0.2"));
                FullBacklog filling = new FullBacklog(silent)) {
            open(peer.port(), AGE, "127.0.0.2", "127.0.0.1");
            JoinHandle<ExportResult> sending = runtime.handle().spawn(transport.send(payload()));
            await(() -> lookups.get() == 1);
            await(() -> {
                clock.advance(Duration.ofMillis(100));
                return sending.isFinished();
            });

            assertThat(runtime.blockOn(sending)).isEqualTo(new Delivered());
        }
    }

    private static GrpcPeer beside(GrpcPeer other, String address) throws Exception {
        return new GrpcPeer(new InetSocketAddress(address, other.port()), GrpcPeer.ok(), builder -> builder);
    }

    private static GrpcTransportSettings settings(int port) {
        URI endpoint = URI.create("http://collector.test:" + port);
        return new GrpcTransportSettings(endpoint, Map.of(), Compression.NONE, CONNECT, LONG, 1 << 20);
    }

    private void open(int port, Duration maxAge, String... addresses) {
        transport = GrpcTransport.open(
                runtime.handle(), settings(port).withMaxConnectionAge(maxAge), DiagnosticLog.silent(), host -> {
                    lookups.incrementAndGet();
                    List<InetAddress> found = new ArrayList<>();
                    for (String address : addresses) {
                        found.add(InetAddress.getByName(address));
                    }
                    return found;
                });
    }

    private ExportResult send() throws Exception {
        return runtime.blockOn(runtime.handle().spawn(transport.send(payload())));
    }

    private static Payload payload() {
        return new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(new byte[8])}, () -> {});
    }
}
