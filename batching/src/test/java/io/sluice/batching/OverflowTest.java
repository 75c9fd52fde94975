package io.sluice.batching;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A full inbox and what each policy makes of it, on real threads. Ids tell who came and who was sacrificed. */
@Timeout(30)
class OverflowTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int QUEUE = 10;

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(2).enableIo(false).build();
    private final Account account = new Account();
    private final Semaphore permits = new Semaphore(0);
    private final List<Long> arrived = Collections.synchronizedList(new ArrayList<>());
    private @Nullable BatchLoop<Long> loop;

    @AfterEach
    void everyAcceptedItem_isSettledOnce() throws Exception {
        if (loop != null) {
            permits.addPermits(1);
            loop.inlet().close();
            AccountSnapshot end = runtime.blockOn(loop.drain(LONG)).account();
            assertThat(end.pending()).isZero();
            assertThat(end.delivered()).isEqualTo(arrived.size());
            assertThat(arrived).doesNotHaveDuplicates();
            assertThat(loop.inlet().waiting()).isZero();
        }
        assertThat(runtime.shutdown(LONG)).isTrue();
    }

    // ---- drop oldest ------------------------------------------------------------------------------------------

    @Test
    void dropOldest_keepsTheNewest_inOrder_andCountsTheRest() throws Exception {
        Inlet<Long> inlet = start(Overflow.DROP_OLDEST);
        for (long id = 1; id <= 25; id++) {
            assertThat(inlet.offer(id)).isEqualTo(Offer.ACCEPTED);
        }
        assertThat(inlet.queuedItems()).isEqualTo(QUEUE);
        assertThat(account.snapshot().dropped()).containsOnly(entry("evicted", 15L));
        permits.addPermits(1);
        runtime.blockOn(requireLoop().flush());

        assertThat(arrived).containsExactly(16L, 17L, 18L, 19L, 20L, 21L, 22L, 23L, 24L, 25L);
        assertThat(account.snapshot().accepted()).isEqualTo(25);
        assertThat(account.snapshot().refused()).isEmpty();
        assertThat(account.overflowedItems()).isEqualTo(15);
    }

    @Test
    void dropOldest_closed_refusesTheNewest() {
        Inlet<Long> inlet = start(Overflow.DROP_OLDEST);
        inlet.offer(1L);
        inlet.close();

        assertThat(inlet.offer(2L)).isEqualTo(Offer.REFUSED_CLOSED);
    }

    @Test
    void dropOldest_whileAFlushWaits_makesItFalse() throws Exception {
        Inlet<Long> inlet = start(Overflow.DROP_OLDEST);
        for (long id = 1; id <= QUEUE; id++) {
            inlet.offer(id);
        }
        CompletableFuture<Boolean> flushed =
                inBackground(() -> runtime.blockOn(requireLoop().flush()));
        inlet.offer(11L);
        permits.addPermits(1);

        // Begun before or after the eviction: in the latter case all that it covers is delivered.
        boolean delivered = flushed.get(20, TimeUnit.SECONDS);
        assertThat(arrived).contains(11L).doesNotContain(1L);
        assertThat(account.snapshot().dropped()).containsOnly(entry("evicted", 1L));
        if (delivered) {
            assertThat(arrived).containsAll(List.of(2L, 10L, 11L));
        }
    }

    @Test
    void dropOldest_fromManyProducers_balances_andKeepsTheLastItems() throws Exception {
        int producers = 4;
        int each = 20_000;
        Inlet<Long> inlet = start(Overflow.DROP_OLDEST);
        permits.addPermits(1);
        Map<Integer, Long> accepted = runProducers(producers, each, inlet);
        runtime.blockOn(requireLoop().flush());

        AccountSnapshot now = account.snapshot();
        long acceptedAll = accepted.values().stream().mapToLong(Long::longValue).sum();
        assertThat(now.accepted()).isEqualTo(acceptedAll);
        assertThat(now.delivered()).isEqualTo(arrived.size());
        assertThat(now.droppedItems()).isEqualTo(acceptedAll - arrived.size());
        assertThat(now.refusedItems()).isEqualTo((long) producers * each - acceptedAll);
        for (int p = 0; p < producers; p++) {
            long base = p * 1_000_000L;
            List<Long> own = List.copyOf(arrived).stream()
                    .filter(id -> id / 1_000_000 == base / 1_000_000)
                    .toList();
            assertThat(own).isSorted();
        }
    }

    /** Items accepted by each producer. */
    private static Map<Integer, Long> runProducers(int producers, int each, Inlet<Long> inlet) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(producers);
        try {
            Map<Integer, Future<Long>> running = new HashMap<>();
            for (int p = 0; p < producers; p++) {
                long base = p * 1_000_000L;
                running.put(p, threads.submit(() -> {
                    long taken = 0;
                    for (long id = base; id < base + each; id++) {
                        taken += inlet.offer(id).isAccepted() ? 1 : 0;
                    }
                    return taken;
                }));
            }
            Map<Integer, Long> accepted = new HashMap<>();
            for (Map.Entry<Integer, Future<Long>> one : running.entrySet()) {
                accepted.put(one.getKey(), one.getValue().get(20, TimeUnit.SECONDS));
            }
            return accepted;
        } finally {
            threads.shutdownNow();
        }
    }

    // ---- block ------------------------------------------------------------------------------------------------

    @Test
    void block_waitsForRoom_andThenIsAccepted() throws Exception {
        Inlet<Long> inlet = startFull(new Overflow.Block(LONG));
        CompletableFuture<Offer> offered = inBackground(() -> inlet.offer(11L));
        awaitWaiting(inlet);
        permits.addPermits(1);

        assertThat(offered.get(20, TimeUnit.SECONDS)).isEqualTo(Offer.ACCEPTED);
        assertThat(account.snapshot().refused()).isEmpty();
    }

    @Test
    void block_withoutRoomInTime_refuses() {
        Duration limit = Duration.ofMillis(30);
        Inlet<Long> inlet = startFull(new Overflow.Block(limit));
        long startNanos = Clock.system().nanoTime();
        Offer offer = inlet.offer(11L);

        assertThat(offer).isEqualTo(Offer.REFUSED_FULL);
        assertThat(Clock.system().nanoTime() - startNanos).isGreaterThanOrEqualTo(limit.toNanos());
        assertThat(account.snapshot().refused()).containsOnly(entry("queue_full", 1L));
    }

    @Test
    void block_onAWorker_refusesAtOnce() throws Exception {
        Inlet<Long> inlet = startFull(new Overflow.Block(LONG));
        Offer offer = runtime.blockOn(runtime.handle()
                .spawn(TaskOptions.named("producer"), cx -> io.sluice.runtime.Poll.ready(inlet.offer(11L))));

        assertThat(offer).isEqualTo(Offer.REFUSED_FULL);
    }

    @Test
    void block_onABlockingThreadOfARuntime_refusesAtOnce() throws Exception {
        Inlet<Long> inlet = startFull(new Overflow.Block(LONG));
        Offer offer = runtime.blockOn(runtime.handle().spawnBlocking(() -> inlet.offer(11L)));

        assertThat(offer).isEqualTo(Offer.REFUSED_FULL);
    }

    @Test
    void block_onAnInterruptedThread_refusesAtOnce_andKeepsTheFlag() {
        Inlet<Long> inlet = startFull(new Overflow.Block(LONG));
        Thread.currentThread().interrupt();
        Offer offer = inlet.offer(11L);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(offer).isEqualTo(Offer.REFUSED_FULL);
    }

    @Test
    void block_askedNotToWait_refusesAtOnce() {
        Inlet<Long> inlet = startFull(new Overflow.Block(LONG));

        assertThat(inlet.offerNow(11L)).isEqualTo(Offer.REFUSED_FULL);
    }

    @Test
    void block_whileTheInletCloses_endsTheWait() throws Exception {
        Inlet<Long> inlet = startFull(new Overflow.Block(LONG));
        CompletableFuture<Offer> offered = inBackground(() -> inlet.offer(11L));
        awaitWaiting(inlet);
        inlet.close();

        assertThat(offered.get(20, TimeUnit.SECONDS)).isEqualTo(Offer.REFUSED_CLOSED);
        assertThat(account.snapshot().refused()).containsOnly(entry("closed", 1L));
    }

    @Test
    void block_withoutALimit_isNoPolicy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Overflow.Block(Duration.ZERO))
                .withMessage("limit is PT0S; allowed: more than zero");
    }

    // ---- drop newest ------------------------------------------------------------------------------------------

    @Test
    void dropNewest_refuses_andKeepsTheOldest() throws Exception {
        Inlet<Long> inlet = startFull(Overflow.DROP_NEWEST);
        assertThat(inlet.offer(11L)).isEqualTo(Offer.REFUSED_FULL);
        permits.addPermits(1);
        assertThat(runtime.blockOn(requireLoop().flush())).isTrue();

        Set<Long> came = new TreeSet<>(arrived);
        assertThat(came).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    }

    // ---- helpers ----------------------------------------------------------------------------------------------

    private Inlet<Long> startFull(Overflow overflow) {
        Inlet<Long> inlet = start(overflow);
        for (long id = 1; id <= QUEUE; id++) {
            assertThat(inlet.offer(id)).isEqualTo(Offer.ACCEPTED);
        }
        return inlet;
    }

    /** Nothing leaves before a permit is released. */
    private Inlet<Long> start(Overflow overflow) {
        BatchSettings settings = new BatchSettings(QUEUE, QUEUE, QUEUE, 1_000, Duration.ofMillis(5), overflow, LONG);
        BatchLoop<Long> started = new BatchLoop<>(
                settings,
                id -> 1,
                account,
                () -> permits.acquire(1),
                new Arrivals(),
                runtime.handle().timeDriver());
        loop = started;
        runtime.handle().spawn(TaskOptions.named("loop"), started).detach();
        return started.inlet();
    }

    private BatchLoop<Long> requireLoop() {
        return java.util.Objects.requireNonNull(loop);
    }

    private static <V> CompletableFuture<V> inBackground(Callable<V> call) {
        CompletableFuture<V> result = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            begun.countDown();
            try {
                result.complete(call.call());
            } catch (Exception | Error e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static void awaitWaiting(Inlet<?> inlet) {
        while (inlet.waiting() == 0) {
            Thread.onSpinWait();
        }
    }

    private final class Arrivals implements BatchSink<Long> {
        private final List<Long> adding = new ArrayList<>();

        @Override
        public int add(Long item, int maxBytes) {
            adding.add(item);
            return Long.BYTES;
        }

        @Override
        public void accept(Settlement settlement, Permit permit) {
            arrived.addAll(adding);
            adding.clear();
            permit.close();
            settlement.delivered();
        }

        @Override
        public void leftOut(Long item, DropReason reason, @Nullable Throwable cause) {
            throw new AssertionError("left out: " + item);
        }

        @Override
        public void abort(DropReason reason) {}
    }
}
