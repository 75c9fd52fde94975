package io.sluice.exporter.faults;

import static io.sluice.exporter.faults.FaultRun.BATCH;
import static io.sluice.exporter.faults.FaultRun.LONG;
import static io.sluice.exporter.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.grpc.GrpcTransportSettings;
import io.sluice.exporter.testing.FaultProxy;
import io.sluice.exporter.testing.FaultProxy.End;
import io.sluice.exporter.testing.IdSink;
import io.sluice.exporter.testing.IdSink.HttpStatus;
import io.sluice.exporter.testing.Protocol;
import io.sluice.exporter.transport.HttpTransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names that move, fail and grow, and a wall clock that jumps; rows of {@code docs/faults.md}. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class NameRowsTest {

    private static final Duration AGE = Duration.ofMillis(150);

    /** What the name leads to; empty if it cannot be looked up. */
    private final AtomicReference<List<String>> addresses = new AtomicReference<>(List.of("127.0.0.1"));

    private final AtomicInteger lookups = new AtomicInteger();

    private List<InetAddress> lookUp(String host) throws UnknownHostException {
        lookups.incrementAndGet();
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses.get()) {
            found.add(InetAddress.getByName(address));
        }
        if (found.isEmpty() || !host.equals("collector.test")) {
            throw new UnknownHostException(host);
        }
        return found;
    }

    private FaultRun run(Protocol protocol, int port) {
        TransportSettings way = protocol.to("collector.test", port, LONG, LONG);
        TransportSettings young = way instanceof HttpTransportSettings http
                ? http.withMaxConnectionAge(AGE)
                : ((GrpcTransportSettings) way).withMaxConnectionAge(AGE);
        return new FaultRun(
                young,
                BATCH,
                client ->
                        client.transport(handle -> protocol.open(handle, young, this::lookUp, InstantSource.system())));
    }

    private static IdSink beside(IdSink other, Protocol protocol, String address) throws IOException {
        return new IdSink(
                protocol, new InetSocketAddress(address, other.port()), (number, ids) -> IdSink.OK, taken -> {});
    }

    private static Set<Long> together(IdSink... sinks) {
        Set<Long> all = new HashSet<>();
        for (IdSink sink : sinks) {
            for (Long id : sink.ids()) {
                assertThat(all.add(id)).as("id " + id + " came once").isTrue();
            }
            assertThat(sink.doubles()).isZero();
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row28_nameThatMoves_isFollowedWithinTheMaximumAge_andNothingIsLost(Protocol protocol) throws Exception {
        try (IdSink before = new IdSink(protocol);
                IdSink after = beside(before, protocol, "127.0.0.2");
                FaultRun run = run(protocol, before.port())) {
            run.send(20 * BATCH).flush();
            assertThat(after.requests()).isZero();
            addresses.set(List.of("127.0.0.2"));
            Instant moved = Instant.now();
            await(() -> {
                run.sendNow(BATCH);
                return after.requests() > 0;
            });
            assertThat(Duration.between(moved, Instant.now())).isLessThan(AGE.plusSeconds(3));
            run.flush();
            // Others of its connections may have been made just before the move, and have their age to live.
            await(() -> Duration.between(moved, Instant.now()).compareTo(AGE.multipliedBy(2)) > 0);
            int requests = before.requests();
            run.send(20 * BATCH).flush();

            assertThat(before.requests()).as("nobody goes there any more").isEqualTo(requests);
            run.custodyWasBounded().nothingIsLost(together(before, after));
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row28_nameThatIsNotFound_isLookedUpAgain_andNothingIsLost(Protocol protocol) throws Exception {
        addresses.set(List.of());
        try (IdSink sink = new IdSink(protocol);
                FaultRun run = run(protocol, sink.port())) {
            run.send(20 * BATCH);
            await(() -> run.stats().attempts().failed().getOrDefault("unreachable", 0L) >= 5);
            assertThat(run.log()).anyMatch(line -> line.contains("unknown host collector.test"));
            addresses.set(List.of("127.0.0.1"));
            run.flush();

            assertThat(lookups.get()).isGreaterThan(1);
            run.custodyWasBounded().nothingIsLost(together(sink));
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row28_destinationThatGrows_isUsedWhole_andNothingIsLost(Protocol protocol) throws Exception {
        try (IdSink first = new IdSink(protocol);
                IdSink second = beside(first, protocol, "127.0.0.2");
                IdSink third = beside(first, protocol, "127.0.0.3");
                FaultRun run = run(protocol, first.port())) {
            run.send(5 * BATCH).flush();
            addresses.set(List.of("127.0.0.1", "127.0.0.2", "127.0.0.3"));
            int alone = first.requests();
            await(() -> {
                run.sendNow(BATCH);
                return first.requests() > alone + 5 && second.requests() > 5 && third.requests() > 5;
            });
            run.flush();

            run.custodyWasBounded().nothingIsLost(together(first, second, third));
        }
    }

    /** All of them are tried, so one that is gone costs no item and hardly time. */
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row28_addressThatIsGone_isPassedOver(Protocol protocol) throws Exception {
        addresses.set(List.of("127.0.0.1", "127.0.0.4"));
        try (IdSink sink = new IdSink(protocol);
                FaultRun run = run(protocol, sink.port())) {
            Instant begun = Instant.now();
            await(() -> {
                run.sendNow(BATCH);
                return lookups.get() >= 4;
            });
            run.flush();

            assertThat(run.stats().attempts().failed()).isEmpty();
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
            run.custodyWasBounded().nothingIsLost(together(sink));
        }
    }

    // ---- the wall clock -------------------------------------------------------------------------------------------

    @Test
    void row25_wallClockThatJumps_changesNoBackoff_andNoBudget() throws Exception {
        AtomicReference<Instant> wallClock = new AtomicReference<>(Instant.now());
        try (IdSink sink = new IdSink(Protocol.HTTP);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = withWallClock(wire.port(), wallClock::get)) {
            run.send(5 * BATCH).flush();
            wire.refuse(true);
            wire.cutAll(End.RST);
            run.send(20 * BATCH);
            for (long hours : new long[] {1, -2, 400}) {
                long attempts = run.stats().attempts().count();
                wallClock.updateAndGet(now -> now.plus(Duration.ofHours(hours)));
                await(() -> run.stats().attempts().count() >= attempts + 3);
            }
            assertThat(run.account().droppedItems()).isZero();
            wire.refuse(false);
            run.flush();

            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    /** Seen from a clock that is an hour behind, the server asks for an hour; from one ahead, for nothing. */
    @ParameterizedTest
    @EnumSource(Jump.class)
    void row25_retryAfterDate_afterAJump_isBounded_andADrainDoesNotWaitForIt(Jump jump) throws Exception {
        Instant now = Instant.now();
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
        IdSink.Script script =
                (number, ids) -> number == 1 ? new HttpStatus(503, Map.of("Retry-After", date)) : IdSink.OK;
        try (IdSink sink = new IdSink(Protocol.HTTP, script);
                FaultRun run = withWallClock(sink.port(), () -> now.plus(jump.by))) {
            run.send(5 * BATCH);
            await(() -> sink.requests() == 1 || sink.taken() > 0);
            if (jump == Jump.AHEAD) {
                run.flush();
            } else {
                run.client().close(Duration.ofSeconds(3));
            }

            assertThat(sink.doubles()).isZero();
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    enum Jump {
        AHEAD(Duration.ofHours(1)),
        BEHIND(Duration.ofHours(-1));

        private final Duration by;

        Jump(Duration by) {
            this.by = by;
        }
    }

    private static FaultRun withWallClock(int port, InstantSource wallClock) {
        HttpTransportSettings way = (HttpTransportSettings) Protocol.HTTP.to(port, LONG, LONG);
        return new FaultRun(
                way,
                BATCH,
                client -> client.transport(
                        handle -> Protocol.HTTP.open(handle, way, NameRowsTest::systemLookup, wallClock)));
    }

    private static List<InetAddress> systemLookup(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }
}
