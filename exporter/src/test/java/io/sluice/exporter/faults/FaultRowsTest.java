package io.sluice.exporter.faults;

import static io.sluice.exporter.faults.FaultRun.BATCH;
import static io.sluice.exporter.faults.FaultRun.LONG;
import static io.sluice.exporter.faults.FaultRun.PERMITS;
import static io.sluice.exporter.testing.Await.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.sluice.batching.AccountSnapshot;
import io.sluice.exporter.testing.FaultProxy;
import io.sluice.exporter.testing.FaultProxy.Direction;
import io.sluice.exporter.testing.FaultProxy.End;
import io.sluice.exporter.testing.IdSink;
import io.sluice.exporter.testing.IdSink.GrpcStatus;
import io.sluice.exporter.testing.IdSink.HttpStatus;
import io.sluice.exporter.testing.IdSink.Reply;
import io.sluice.exporter.testing.IdSink.Take;
import io.sluice.exporter.testing.Protocol;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults of the wire and of the far end's answers, a row of {@code docs/faults.md} each, over both protocols. Each ends
 * with the ids at the far end compared with those that were driven in, and with the account.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class FaultRowsTest {

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /** Longer than an attempt of row 4 may take. */
    private static final long SAMPLE_NANOS = Duration.ofMillis(700).toNanos();

    private static long unreachable(FaultRun run) {
        return run.stats().attempts().failed().getOrDefault("unreachable", 0L);
    }

    // ---- the wire -----------------------------------------------------------------------------------------------

    /** Both ends acknowledge, and nothing passes: an attempt ends at its time limit, and a new connection is made. */
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row03_blackHole_isLeftAtTheTimeLimit_andNothingIsLost(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(protocol.to(wire.port(), LONG, Duration.ofMillis(300)))) {
            run.send(5 * BATCH).flush();
            int before = wire.connections();
            wire.swallow(true);
            run.send(20 * BATCH);
            await(() -> unreachable(run) >= 4);
            wire.swallow(false);
            Instant healed = Instant.now();
            run.send(5 * BATCH).flush();

            assertThat(Duration.between(healed, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(wire.connections()).isGreaterThan(before);
            assertThat(sink.doubles()).as("nothing of the swallowed arrived").isZero();
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    /** The far end reads nothing: what is in the buffers may arrive late, and double. */
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row03_stall_isLeftAtTheTimeLimit_andNothingIsLost(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(protocol.to(wire.port(), LONG, Duration.ofMillis(300)))) {
            run.send(5 * BATCH).flush();
            wire.stall(true);
            run.send(20 * BATCH);
            await(() -> unreachable(run) >= 4);
            long attempts = run.stats().attempts().count();
            wire.stall(false);
            run.send(5 * BATCH).flush();

            assertThat(sink.doubles()).isLessThanOrEqualTo(attempts * BATCH);
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    /**
     * Eight requests at once over a link that carries two within the time limit: none of them would ever arrive. Batches
     * that wait with their permit, for lack of room, count as much as others.
     */
    @ParameterizedTest
    @CsvSource({"HTTP,0", "HTTP,50000", "GRPC,0", "GRPC,50000"})
    void row04_slowReader_getsFewerRequestsAtOnce_andMemoryIsBounded(Protocol protocol, int roomBytes)
            throws Exception {
        int batch = 80;
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(
                        protocol.to(wire.port(), LONG, Duration.ofMillis(600)),
                        batch,
                        client -> client.maxConcurrentExports(2 * PERMITS)
                                .maxQueueItems(20 * batch)
                                .retry(FaultRun.retry(roomBytes)))) {
            wire.limit(Direction.REQUEST, 3_000);
            run.offer(40 * batch);
            assertThat(run.account().refused()).containsOnlyKeys("queue_full");
            await(() -> unreachable(run) >= 2 * PERMITS && run.account().delivered() >= 2 * batch);
            int most = 0;
            for (long until = System.nanoTime() + SAMPLE_NANOS; System.nanoTime() - until < 0; ) {
                most = Math.max(most, run.stats().exports().permitsInUse());
            }
            assertThat(most).as("at once, of " + 2 * PERMITS).isBetween(1, PERMITS + 1);
            wire.limit(Direction.REQUEST, Long.MAX_VALUE);
            Instant wide = Instant.now();
            run.flush();

            assertThat(Duration.between(wide, Instant.now())).isLessThan(Duration.ofSeconds(5));
            run.custodyWasBounded(roomBytes).nothingIsLost(sink.ids());
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP,RST", "HTTP,FIN", "GRPC,RST", "GRPC,FIN"})
    void row06_connectionThatEndsWithinTheAnswer_isTriedAgain(Protocol protocol, End end) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(protocol.to(wire.port(), LONG, LONG))) {
            run.send(5 * BATCH).flush();
            for (int i = 0; i < 5; i++) {
                wire.cut(Direction.RESPONSE, 5, end, 1);
                run.send(10 * BATCH).flush();
            }

            assertThat(sink.doubles()).isLessThanOrEqualTo(5L * PERMITS * BATCH);
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP,RST", "HTTP,FIN", "GRPC,RST", "GRPC,FIN"})
    void row07_requestThatIsTruncated_isTriedAgain(Protocol protocol, End end) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(protocol.to(wire.port(), LONG, Duration.ofSeconds(2)))) {
            run.send(5 * BATCH).flush();
            for (int i = 0; i < 5; i++) {
                wire.cut(Direction.REQUEST, 30, end, 1);
                run.send(10 * BATCH).flush();
            }

            assertThat(sink.doubles()).isLessThanOrEqualTo(5L * (PERMITS - 1) * BATCH);
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    /** The first bytes of an answer, then the end; each time at another byte. */
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row07_answerThatIsTruncated_anywhere_isTriedAgain(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(protocol.to(wire.port(), LONG, LONG))) {
            for (int bytes = 1; bytes < 60; bytes += 7) {
                wire.cut(Direction.RESPONSE, bytes, End.FIN, 1);
                run.send(2 * BATCH).flush();
            }

            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row02_peerThatRefuses_forAWhile_losesNothing_andItsReturnIsNoticedSoon(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(protocol.to(wire.port(), LONG, LONG))) {
            run.send(5 * BATCH).flush();
            wire.refuse(true);
            wire.cutAll(End.RST);
            run.send(20 * BATCH).offer(2 * FaultRun.QUEUE);
            await(() -> unreachable(run) >= 10);
            assertThat(run.account().refused()).containsOnlyKeys("queue_full");
            wire.refuse(false);
            Instant back = Instant.now();
            run.flush();

            assertThat(Duration.between(back, Instant.now())).isLessThan(Duration.ofSeconds(5));
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    // ---- answers ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void row09_retryAfter_inSeconds_isWaitedFor(int status) throws Exception {
        Queue<Instant> asked = new ConcurrentLinkedQueue<>();
        IdSink.Script script = (number, ids) -> {
            asked.add(Instant.now());
            return number == 1 ? new HttpStatus(status, Map.of("Retry-After", "1")) : IdSink.OK;
        };
        try (IdSink sink = new IdSink(Protocol.HTTP, script);
                FaultRun run = new FaultRun(
                        Protocol.HTTP.to(sink.port(), LONG, LONG), BATCH, client -> client.maxConcurrentExports(1))) {
            run.send(BATCH);
            await(() -> sink.requests() == 1);
            run.send(10 * BATCH).flush();

            Instant first = asked.remove();
            assertThat(Duration.between(first, asked.remove()))
                    .as("new batches wait as well")
                    .isGreaterThanOrEqualTo(Duration.ofMillis(995));
            assertThat(sink.doubles()).isZero();
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", ""})
    void row09_retryAfter_thatIsNowOrNonsense_isAnOrdinaryWait(String value) throws Exception {
        IdSink.Script script =
                (number, ids) -> number % 3 == 1 ? new HttpStatus(503, Map.of("Retry-After", value)) : IdSink.OK;
        try (IdSink sink = new IdSink(Protocol.HTTP, script);
                FaultRun run = new FaultRun(Protocol.HTTP.to(sink.port(), LONG, LONG))) {
            Instant begun = Instant.now();
            run.send(10 * BATCH).flush();

            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
            assertThat(sink.doubles()).isZero();
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    /** A number that silences an exporter for a century is no reason to lose what a drain can still deliver. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void row09_retryAfter_absurd_isCapped_andADrainTriesOnceMore(boolean asDate) throws Exception {
        String value = asDate
                ? DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        Instant.now().plus(Duration.ofDays(36_500)).atOffset(ZoneOffset.UTC))
                : "1000000000";
        IdSink.Script script =
                (number, ids) -> number == 1 ? new HttpStatus(503, Map.of("Retry-After", value)) : IdSink.OK;
        try (IdSink sink = new IdSink(Protocol.HTTP, script);
                FaultRun run = new FaultRun(Protocol.HTTP.to(sink.port(), LONG, LONG))) {
            run.send(BATCH);
            await(() -> sink.requests() == 1);
            run.send(5 * BATCH);
            run.client().close(Duration.ofSeconds(3));

            assertThat(sink.doubles()).isZero();
            run.custodyWasBounded().nothingIsLost(sink.ids());
        }
    }

    @Test
    void row10_exhausted_withRetryInfo_waits_andWithoutIsFinal() throws Exception {
        Metadata oneSecond = new Metadata();
        oneSecond.put(DETAILS, retryInfoOfOneSecond());
        Queue<Instant> asked = new ConcurrentLinkedQueue<>();
        Set<Long> refused = ConcurrentHashMap.newKeySet();
        long bad = BATCH + 1;
        IdSink.Script script = (number, ids) -> {
            asked.add(Instant.now());
            if (number == 1) {
                return new GrpcStatus(Status.RESOURCE_EXHAUSTED, oneSecond);
            }
            if (!ids.contains(bad)) {
                return IdSink.OK;
            }
            refused.addAll(ids);
            return new GrpcStatus(Status.RESOURCE_EXHAUSTED, new Metadata());
        };
        try (IdSink sink = new IdSink(Protocol.GRPC, script);
                FaultRun run = new FaultRun(Protocol.GRPC.to(sink.port(), LONG, LONG))) {
            run.send(BATCH).flush();
            run.send(BATCH);
            assertThat(run.client().flush(LONG)).as("it was refused for good").isFalse();
            run.send(3 * BATCH).flush();

            Instant first = asked.remove();
            assertThat(Duration.between(first, asked.remove())).isGreaterThanOrEqualTo(Duration.ofMillis(995));
            assertThat(run.lossIsHonest(sink.ids()).rejected())
                    .isEqualTo(refused.size())
                    .isBetween(1L, (long) BATCH);
            assertThat(sink.doubles()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 500, 501})
    void row11_statusThatIsFinal_isAskedOnce_andCounted(int status) throws Exception {
        finalAnswer(Protocol.HTTP, new HttpStatus(status, Map.of()));
    }

    @ParameterizedTest
    @EnumSource(names = {"INVALID_ARGUMENT", "INTERNAL", "PERMISSION_DENIED", "UNAUTHENTICATED", "UNIMPLEMENTED"})
    void row11_codeThatIsFinal_isAskedOnce_andCounted(Status.Code code) throws Exception {
        finalAnswer(Protocol.GRPC, new GrpcStatus(Status.fromCode(code), new Metadata()));
    }

    /** One batch in three is refused for good: it and nothing else is counted as rejected, and it is not sent again. */
    private static void finalAnswer(Protocol protocol, Reply refusal) throws Exception {
        Set<Long> refused = ConcurrentHashMap.newKeySet();
        Set<Long> again = ConcurrentHashMap.newKeySet();
        IdSink.Script script = (number, ids) -> {
            if (number % 3 != 0) {
                return IdSink.OK;
            }
            ids.stream().filter(id -> !refused.add(id)).forEach(again::add);
            return refusal;
        };
        try (IdSink sink = new IdSink(protocol, script);
                FaultRun run = new FaultRun(protocol.to(sink.port(), LONG, LONG))) {
            run.send(30 * BATCH);
            assertThat(run.client().flush(LONG))
                    .as("a flush does not call that delivered")
                    .isFalse();

            AccountSnapshot account = run.lossIsHonest(sink.ids());
            assertThat(account.rejected()).isEqualTo(refused.size()).isPositive();
            assertThat(account.dropped()).isEmpty();
            assertThat(again).isEmpty();
            assertThat(sink.ids()).doesNotContainAnyElementsOf(refused);
            assertThat(sink.doubles()).isZero();
            await(() -> run.log().stream().anyMatch(line -> line.contains("rejected")));
        }
    }

    /** 413 divides: of an encoder whose batches cannot be, the whole batch is rejected; see {@code ExportPartsTest}. */
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row12_partialSuccess_isCounted_andNotSentAgain(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol, (number, ids) -> new Take(ids.size() > 3 ? 3 : 0));
                FaultRun run = new FaultRun(protocol.to(sink.port(), LONG, LONG))) {
            run.send(10 * BATCH);
            assertThat(run.client().flush(LONG)).isFalse();

            AccountSnapshot account = run.lossIsHonest(sink.ids());
            assertThat(account.rejected()).isEqualTo(10L * BATCH - sink.taken()).isPositive();
            assertThat(account.dropped()).isEmpty();
            assertThat(sink.doubles()).isZero();
            await(() -> run.log().stream().anyMatch(line -> line.contains("rejected")));
        }
    }

    // ---- a link that is merely bad --------------------------------------------------------------------------------

    /** With 200 ms there and back, one request at a time would carry an eighth of this. */
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row29_latency_isCoveredBySeveralRequestsAtOnce(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(
                        protocol.to(wire.port(), LONG, LONG), 100, client -> client.maxConcurrentExports(8))) {
            run.send(100).flush();
            wire.delay(Direction.REQUEST, Duration.ofMillis(100)).delay(Direction.RESPONSE, Duration.ofMillis(100));
            Instant begun = Instant.now();
            run.send(4_000).flush();
            Duration took = Duration.between(begun, Instant.now());

            // 40 batches, 8 at once, each 200 ms: a second at best; one after another they would take eight.
            assertThat(took).isBetween(Duration.ofMillis(800), Duration.ofSeconds(4));
            assertThat(sink.doubles()).isZero();
            run.nothingIsLost(sink.ids());
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void row29_narrowLink_isUsedNearlyWhole(Protocol protocol) throws Exception {
        try (IdSink sink = new IdSink(protocol);
                FaultProxy wire = new FaultProxy(sink.port());
                FaultRun run = new FaultRun(
                        protocol.to(wire.port(), LONG, LONG),
                        1_000,
                        client -> client.maxQueueItems(50_000).maxBatchItems(16_000))) {
            run.send(1_000).flush();
            wire.delay(Direction.REQUEST, Duration.ofMillis(100))
                    .delay(Direction.RESPONSE, Duration.ofMillis(100))
                    .limit(Direction.REQUEST, 400_000);
            long bytesBefore = wire.bytes(Direction.REQUEST);
            Instant begun = Instant.now();
            run.send(80_000).flush();
            double seconds = Duration.between(begun, Instant.now()).toMillis() / 1e3;
            long bytes = wire.bytes(Direction.REQUEST) - bytesBefore;

            // Alone on the machine more than 300,000; one request at a time would be 40,000.
            assertThat(bytes / seconds).isGreaterThan(120_000);
            assertThat(sink.doubles()).isZero();
            run.nothingIsLost(sink.ids());
        }
    }

    static byte[] retryInfoOfOneSecond() {
        byte[] type = "type.googleapis.com/google.rpc.RetryInfo".getBytes(US_ASCII);
        ByteArrayOutputStream any = new ByteArrayOutputStream();
        any.write(0x0a);
        any.write(type.length);
        any.writeBytes(type);
        any.writeBytes(new byte[] {0x12, 4, 0x0a, 2, 0x08, 1});
        ByteArrayOutputStream status = new ByteArrayOutputStream();
        status.writeBytes(new byte[] {0x08, 8, 0x1a, (byte) any.size()});
        status.writeBytes(any.toByteArray());
        return status.toByteArray();
    }
}
