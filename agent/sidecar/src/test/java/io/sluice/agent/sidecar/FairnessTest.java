package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.BatchSettings;
import io.sluice.batching.Overflow;
import io.sluice.config.CustodyOptions;
import io.sluice.config.SettingsLoader;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.CodedAttempt;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.exporter.Transport;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.time.Sleep;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What two senders have of each other (fault row 18), in a time that the test moves: a quiet one that sends a span every 50
 * ms, and another. The destination takes 100 ms for each request of up to 1 MB, four at once.
 */
class FairnessTest {

    private static final int BUDGET = 16 << 20;
    private static final int BATCH = 1 << 20;
    private static final int PERMITS = 4;
    private static final Duration STEP = Duration.ofMillis(10);

    /** The name of a span that the destination does not take begins so. */
    private static final String BAD = "bad";

    /** The name of a span of the quiet sender begins so; the time follows. */
    private static final String QUIET = "quiet ";

    private static final String NOISY = "x".repeat(20_000);

    private final List<StepRuntime> runtimes = new ArrayList<>();

    @AfterEach
    void runtimesEnd() {
        runtimes.forEach(StepRuntime::close);
    }

    /** One sidecar's traces, without its connections. */
    private final class World {

        final StepRuntime steps = new StepRuntime();
        final Custody custody = new Custody(BUDGET, 10, steps.clock());
        final List<Long> quietMillis = new ArrayList<>();
        final Lane lane;
        long quietAccepted;
        long quietRefused;
        long noisyAccepted;
        long noisyRefused;

        World() {
            runtimes.add(steps);
            BatchSettings batch = new BatchSettings(
                    65_536, 512, 8_192, BATCH, Duration.ofMillis(200), Overflow.DROP_NEWEST, Duration.ofSeconds(10));
            PipelineSettings usual = SettingsLoader.load(List.of(SettingsSources.map("test", Map.of())))
                    .pipeline(Signal.TRACES);
            PipelineSettings settings =
                    new PipelineSettings(batch, usual.retry(), usual.transport(), PERMITS, usual.maxRequestBytes());
            CustodyOptions options = new CustodyOptions(
                    BUDGET, Optional.empty(), 10, 10, CustodyOptions.Ack.CUSTODY, Duration.ofSeconds(9));
            lane = new Lane(
                    Signal.TRACES,
                    settings,
                    options,
                    custody.unattributed(),
                    new Far(steps, quietMillis),
                    DiagnosticLog.silent(),
                    steps.handle());
        }

        boolean offer(String sender, byte[] body) {
            Custody.Share share = custody.tryReserve(sender, body.length);
            if (share == null) {
                return false;
            }
            assertThat(lane.offer(new OtlpRequest(Signal.TRACES, body, 1), share, answer -> {})
                            .isAccepted())
                    .isTrue();
            return true;
        }

        void quiet() {
            byte[] body = request(QUIET + steps.clock().nanoTime());
            if (offer("quiet", body)) {
                quietAccepted++;
            } else {
                quietRefused++;
            }
        }

        void noisy(byte[] body, int times) {
            for (int i = 0; i < times; i++) {
                if (offer("noisy", body)) {
                    noisyAccepted++;
                } else {
                    noisyRefused++;
                }
            }
        }

        long p99() {
            assertThat(quietMillis).hasSizeGreaterThan(100);
            return quietMillis.stream().sorted().toList().get(quietMillis.size() * 99 / 100);
        }

        /** The quiet sender sends, and at each step {@code other} happens. */
        World run(Duration length, Runnable other) {
            for (int i = 0; i < length.toMillis() / STEP.toMillis(); i++) {
                if (i % 5 == 0) {
                    quiet();
                }
                other.run();
                steps.advance(STEP, STEP);
            }
            lane.drain(Duration.ofMinutes(5)).forEach(steps::watch);
            lane.close();
            steps.advance(Duration.ofSeconds(310), Duration.ofMillis(100));
            AccountSnapshot account = lane.account();
            assertThat(account.pending()).isZero();
            assertThat(account.droppedItems()).isZero();
            assertThat(quietMillis).hasSize((int) quietAccepted);
            assertThat(account.accepted()).isEqualTo(quietAccepted + noisyAccepted);
            assertThat(custody.heldBytes()).isZero();
            assertThat(custody.peakBytes()).isLessThanOrEqualTo(BUDGET);
            return this;
        }
    }

    /** Says bad data of what has any inside. */
    private record Far(StepRuntime steps, List<Long> quietMillis) implements Transport {

        @Override
        public Future<ExportResult> send(Payload payload) {
            return new Attempt(this, payload, steps.handle().sleep(Duration.ofMillis(100)));
        }

        @Override
        public Future<Void> shutdown() {
            return cx -> Poll.ready();
        }

        boolean takes(Payload payload) {
            List<String> names = names(payload);
            if (names.stream().anyMatch(name -> name.startsWith(BAD))) {
                return false;
            }
            for (String name : names) {
                if (name.startsWith(QUIET)) {
                    long begun = Long.parseLong(name.substring(QUIET.length()));
                    quietMillis.add((steps.clock().nanoTime() - begun) / 1_000_000);
                }
            }
            return true;
        }

        private static List<String> names(Payload payload) {
            List<ByteString> parts = new ArrayList<>();
            for (ByteBuffer part : payload.body()) {
                parts.add(UnsafeByteOperations.unsafeWrap(part));
            }
            List<String> names = new ArrayList<>();
            try {
                ExportTraceServiceRequest.parseFrom(ByteString.copyFrom(parts))
                        .getResourceSpansList()
                        .forEach(resource -> resource.getScopeSpansList()
                                .forEach(scope -> scope.getSpansList().forEach(span -> names.add(span.getName()))));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
            return names;
        }
    }

    private static final class Attempt implements CodedAttempt {

        private final Far far;
        private final Payload payload;
        private final Sleep sleep;
        private int status;

        Attempt(Far far, Payload payload, Sleep sleep) {
            this.far = far;
            this.payload = payload;
            this.sleep = sleep;
        }

        @Override
        public Poll<ExportResult> poll(Context cx) {
            if (!sleep.pollElapsed(cx)) {
                return Poll.pending();
            }
            status = far.takes(payload) ? 200 : 400;
            return Poll.ready(status == 400 ? new ExportResult.BadData("400 bad") : new ExportResult.Delivered());
        }

        @Override
        public Optional<AnswerCode> code() {
            return Optional.of(new AnswerCode.Http(status));
        }

        @Override
        public void cancel() {
            sleep.cancel();
        }
    }

    private static byte[] request(String name) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder().setName(name))))
                .build()
                .toByteArray();
    }

    @Test
    void noisySender_leavesTheOthersLatency() {
        Duration length = Duration.ofSeconds(10);
        World alone = new World().run(length, () -> {});
        World beside = new World();
        byte[] noisy = request(NOISY);
        beside.run(length, () -> beside.noisy(noisy, 60));

        assertThat(beside.noisyRefused)
                .as("it sends more than the destination takes")
                .isPositive();
        assertThat(beside.noisyAccepted * 20_000)
                .as("and has nearly all of what the destination takes")
                .isGreaterThan(PERMITS * 10L * BATCH * length.toSeconds() * 8 / 10);
        assertThat(beside.quietRefused).isZero();
        assertThat(beside.p99()).isLessThanOrEqualTo(alone.p99() * 3 / 2);
    }

    /** Each of its requests is bad, a hundred in 5 s, which has to be found out once by sending merged batches in halves. */
    @Test
    void failingSender_leavesTheOthersLatency() {
        Duration length = Duration.ofMinutes(1);
        World alone = new World().run(length, () -> {});
        World beside = new World();
        byte[] bad = request(BAD + NOISY);
        AtomicInteger step = new AtomicInteger();
        beside.run(length, () -> beside.noisy(bad, step.getAndIncrement() % 5 == 0 ? 1 : 0));

        assertThat(beside.noisyAccepted).isPositive();
        assertThat(beside.lane.account().rejected()).isEqualTo(beside.noisyAccepted);
        assertThat(beside.quietRefused).isZero();
        assertThat(beside.p99()).isLessThanOrEqualTo(alone.p99() * 3 / 2);
    }
}
