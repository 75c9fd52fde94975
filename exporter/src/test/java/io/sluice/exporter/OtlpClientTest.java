package io.sluice.exporter;

import static io.sluice.exporter.testing.FakeTransport.DELIVERED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.exporter.testing.FakeTransport;
import io.sluice.exporter.testing.FakeTransport.Answer;
import io.sluice.exporter.testing.IdEncoder;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.ManualClock;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtlpClientTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(1).enableIo(false).clock(clock).build();
    private final FakeTransport far = new FakeTransport(runtime.handle().timeDriver());
    private final IdEncoder encoder = new IdEncoder();

    @AfterEach
    void endRuntime() {
        assertThat(encoder.openPayloads()).isZero();
        assertThat(runtime.metrics().timers()).isZero();
        assertThat(runtime.shutdown(LONG)).isTrue();
    }

    /** The example of the project's first document, as it stands in {@link OtlpClient}'s own. */
    @Test
    void example_channelOf10000_batchesOf1000Or5Seconds_exportsLimited_drainedOnClose() throws Exception {
        far.byDefault((attempt, ids) -> Answer.after(Duration.ofMillis(200), DELIVERED));
        DrainReport report;
        try (OtlpClient<Long> client = OtlpClient.builder(encoder)
                .transport(handle -> far)
                .handle(runtime.handle())
                .maxQueueItems(10_000)
                .batch(1_000, Duration.ofSeconds(5))
                .maxConcurrentExports(4)
                .start()) {
            LongStream.range(0, 2_500)
                    .forEach(id -> assertThat(client.trySend(id)).isEqualTo(Offer.ACCEPTED));
            await(() -> far.inFlight() == 2);
            assertThat(client.send(2_500L, LONG)).isEqualTo(Offer.ACCEPTED);
            keepMoving(() -> client.account().delivered() == 2_000);
            assertThat(far.arrivedBatches()).containsExactly(1_000, 1_000);
            keepMoving(() -> far.arrived().size() == 2_501);
            assertThat(far.arrivedBatches()).containsExactly(1_000, 1_000, 501);

            LongStream.range(2_501, 12_501)
                    .forEach(id -> assertThat(client.trySend(id)).isEqualTo(Offer.ACCEPTED));
            await(() -> far.inFlight() == 4);
            assertThat(client.account().pending()).isEqualTo(10_000);
            keepMoving(() -> far.arrived().size() == 12_501);
            assertThat(far.maxInFlight()).isEqualTo(4);

            LongStream.range(12_501, 12_600).forEach(client::trySend);
            report = closeWhileTimeMoves(client, LONG);
        }

        assertThat(report.inTime()).isTrue();
        assertThat(report.account().delivered()).isEqualTo(12_600);
        assertThat(far.arrived())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 12_600).boxed().toList());
        assertThat(far.isShutDown()).isTrue();
    }

    @Test
    void send_onAPlainThread_waitsForRoom_orForItsLimit() throws Exception {
        far.byDefault((attempt, ids) -> Answer.after(Duration.ofSeconds(1), DELIVERED));
        OtlpClient<Long> client = full();

        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<Offer> first = threads.submit(() -> client.send(100L, LONG));
        await(() -> client.waitingSenders() == 1);
        Future<Offer> second = threads.submit(() -> client.send(101L, Duration.ofMillis(500)));
        await(() -> client.waitingSenders() == 2);
        clock.advance(Duration.ofMillis(500));
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(Offer.REFUSED_FULL);
        assertThat(first.isDone()).isFalse();
        clock.advance(Duration.ofMillis(500));
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(Offer.ACCEPTED);
        threads.shutdown();

        DrainReport report = closeWhileTimeMoves(client, LONG);
        assertThat(report.account().refused()).containsEntry("queue_full", 1L);
        assertThat(far.arrived()).contains(100L).doesNotContain(101L);
    }

    @Test
    void send_thatIsInterrupted_takesNothing() throws Exception {
        far.byDefault((attempt, ids) -> Answer.never());
        OtlpClient<Long> client = full();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread sender = new Thread(() -> {
            try {
                client.send(100L, LONG);
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        sender.start();
        await(() -> client.waitingSenders() == 1);
        sender.interrupt();
        sender.join(20_000);

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(client.waitingSenders()).isZero();
        assertThat(client.account().refused()).containsEntry("queue_full", 1L);
        client.close(Duration.ZERO);
    }

    @Test
    void waiting_onAWorker_isRefused() throws Exception {
        OtlpClient<Long> client = builder().start();
        JoinHandle<Throwable> onWorker = runtime.handle().spawn(cx -> {
            for (ThrowingRunnable wait :
                    List.<ThrowingRunnable>of(() -> client.send(1L, LONG), () -> client.flush(LONG), client::close)) {
                assertThatThrownBy(wait::run).isInstanceOf(IllegalStateException.class);
            }
            return Poll.ready();
        });
        runtime.blockOn(onWorker);

        client.close();
    }

    @Test
    void flush_isFalse_whenItsLimitPasses() throws Exception {
        far.byDefault((attempt, ids) -> Answer.never());
        OtlpClient<Long> client = builder().start();
        client.trySend(1L);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        Future<Boolean> flushed = threads.submit(() -> client.flush(Duration.ofSeconds(1)));
        keepMoving(flushed::isDone);
        assertThat(flushed.get()).isFalse();
        far.byDefault(DELIVERED);
        Future<Boolean> again = threads.submit(() -> client.flush(Duration.ofHours(1)));
        threads.shutdown();
        keepMoving(again::isDone);

        assertThat(again.get()).isTrue();
        client.close();
    }

    @Test
    void close_twice_isHarmless_andRefusesWhatComesLater() {
        OtlpClient<Long> client = builder().start();
        client.trySend(1L);
        assertThat(client.close(Duration.ofSeconds(Long.MAX_VALUE)).inTime()).isTrue();
        client.close();

        assertThat(client.trySend(2L)).isEqualTo(Offer.REFUSED_CLOSED);
        assertThat(far.arrived()).containsExactly(1L);
        AccountSnapshot account = client.account();
        assertThat(account.delivered()).isEqualTo(1);
        assertThat(account.refused()).containsEntry("closed", 1L);
    }

    @Test
    void close_thatIsInterrupted_countsWhatIsLeft_andKeepsTheFlag() throws Exception {
        far.byDefault((attempt, ids) -> Answer.never());
        OtlpClient<Long> client = OtlpClient.builder(new IdEncoder())
                .transport(handle -> far)
                .log(DiagnosticLog.silent())
                .batch(1, Duration.ofSeconds(5))
                .start();
        client.trySend(1L);
        await(() -> far.inFlight() == 1);
        AtomicReference<DrainReport> report = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread closer = new Thread(() -> {
            report.set(client.close(LONG));
            flag.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        await(() -> client.trySend(2L) == Offer.REFUSED_CLOSED);
        closer.interrupt();
        closer.join(20_000);

        assertThat(flag.get()).isTrue();
        assertThat(report.get().inTime()).isFalse();
        assertThat(report.get().account().pending()).isZero();
        assertThat(report.get().account().dropped()).containsKey("aborted");
    }

    @Test
    void ownRuntime_isStartedAndEndedWithTheClient() {
        OtlpClient<Long> client = OtlpClient.builder(encoder)
                .transport(handle -> new FakeTransport(handle.timeDriver()))
                .start();
        client.trySend(1L);
        assertThat(threads("sluice-client")).isPositive();
        client.close();

        assertThat(threads("sluice-client")).isZero();
        assertThat(client.account().delivered()).isEqualTo(1);
    }

    @Test
    void transportThatCannotBeMade_leavesNoThreads() {
        assertThatThrownBy(() -> OtlpClient.builder(encoder)
                        .transport(handle -> {
                            throw new IllegalStateException("no way");
                        })
                        .start())
                .hasMessage("no way");
        await(() -> threads("sluice-client") == 0);
    }

    @Test
    void settings_outOfRange_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().maxConcurrentExports(0).start())
                .withMessage("maxConcurrentExports is 0; allowed: at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().maxQueueItems(0))
                .withMessage("maxQueueItems is 0; allowed: at least 1");
    }

    private OtlpClientBuilder<Long> builder() {
        return OtlpClient.builder(encoder)
                .transport(handle -> far)
                .log(DiagnosticLog.silent())
                .handle(runtime.handle());
    }

    /** A client with one export in flight and no room in its channel. */
    private OtlpClient<Long> full() {
        OtlpClient<Long> client = builder()
                .maxQueueItems(10)
                .batch(10, Duration.ofSeconds(5))
                .maxConcurrentExports(1)
                .start();
        LongStream.range(0, 10).forEach(client::trySend);
        await(() -> far.inFlight() == 1);
        LongStream.range(10, 20).forEach(id -> assertThat(client.trySend(id)).isEqualTo(Offer.ACCEPTED));
        return client;
    }

    private DrainReport closeWhileTimeMoves(OtlpClient<Long> client, Duration timeout) throws Exception {
        ExecutorService closer = Executors.newSingleThreadExecutor();
        Future<DrainReport> report = closer.submit(() -> client.close(timeout));
        closer.shutdown();
        keepMoving(report::isDone);
        return report.get();
    }

    /** Moves time a millisecond at a time, each after the worker has been through its tasks, until a condition holds. */
    private void keepMoving(BooleanSupplier condition) {
        await(() -> {
            clock.advance(Duration.ofMillis(1));
            letTheWorkerRun();
            return condition.getAsBoolean();
        });
    }

    private void letTheWorkerRun() {
        try {
            runtime.blockOn(runtime.handle().spawn(cx -> Poll.ready()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        Clock real = Clock.system();
        long deadlineNanos = real.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (real.nanoTime() - deadlineNanos > 0) {
                throw new AssertionError("the condition did not come to hold");
            }
            Thread.onSpinWait();
        }
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    @FunctionalInterface
    private interface ThrowingRunnable {
        void run() throws Exception;
    }
}
