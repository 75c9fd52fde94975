package io.sluice.exporter.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.Offer;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.OtlpClient;
import io.sluice.exporter.OtlpClientBuilder;
import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.retry.RetrySettings;
import io.sluice.exporter.testing.IdEncoder;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * One client under load, and what the one who drives it knows: which ids were accepted. It compares that with the far
 * end and with the account, and watches that custody stays within its limits. One thread.
 */
final class FaultRun implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(30);
    static final int BATCH = 10;
    static final int PERMITS = 4;
    static final int QUEUE = 1_000;

    /** Of encoded bytes that wait without a permit: five batches. */
    static final int ROOM_BYTES = 5 * BATCH * Long.BYTES;

    /** Waits are short; nothing is given up within a test. */
    static RetrySettings retry(int roomBytes) {
        return new RetrySettings(Duration.ofMillis(5), Duration.ofMillis(40), 1.5, Duration.ofMinutes(1), roomBytes);
    }

    private final IdEncoder encoder = new IdEncoder();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final OtlpClient<Long> client;
    private final Set<Long> accepted = new HashSet<>();
    private final int batch;
    private long lastId;
    private long refused;
    private long mostHeldBytes;
    private int permits;

    FaultRun(TransportSettings way) {
        this(way, BATCH, settings -> settings);
    }

    /** @param more changes the client before it starts */
    FaultRun(TransportSettings way, int batch, UnaryOperator<OtlpClientBuilder<Long>> more) {
        this.batch = batch;
        DiagnosticLog lines = (level, message, thrown) -> log.add(level + " " + message);
        this.client = more.apply(OtlpClient.builder(encoder)
                        .transport(way)
                        .maxQueueItems(QUEUE)
                        .batch(batch, Duration.ofMillis(10))
                        .maxConcurrentExports(PERMITS)
                        .drainTimeout(LONG)
                        .retry(retry(ROOM_BYTES))
                        .log(lines))
                .start();
    }

    OtlpClient<Long> client() {
        return client;
    }

    List<String> log() {
        return log;
    }

    Set<Long> accepted() {
        return accepted;
    }

    PipelineStats stats() {
        PipelineStats stats = client.stats();
        mostHeldBytes = Math.max(mostHeldBytes, stats.bytes().held());
        permits = stats.exports().permits();
        return stats;
    }

    /** Items that are waited for: none is refused. */
    FaultRun send(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            if (client.send(++lastId, LONG) != Offer.ACCEPTED) {
                throw new AssertionError("id " + lastId + " found no room; " + account() + " " + log);
            }
            accepted.add(lastId);
            if (lastId % BATCH == 0) {
                stats();
            }
        }
        return this;
    }

    /** {@link #send} for conditions. */
    void sendNow(int count) {
        try {
            send(count);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Items that are not waited for, and may be refused. */
    FaultRun offer(int count) {
        for (int i = 0; i < count; i++) {
            if (client.trySend(++lastId).isAccepted()) {
                accepted.add(lastId);
            } else {
                refused++;
            }
        }
        stats();
        return this;
    }

    FaultRun flush() throws InterruptedException {
        assertThat(client.flush(LONG))
                .as(() -> "all arrives; " + account() + " " + log)
                .isTrue();
        return this;
    }

    AccountSnapshot account() {
        return client.account();
    }

    /** Custody stayed within what the settings allow: the room, and a batch a permit. */
    FaultRun custodyWasBounded() {
        return custodyWasBounded(ROOM_BYTES);
    }

    FaultRun custodyWasBounded(long roomBytes) {
        assertThat(mostHeldBytes).isLessThanOrEqualTo(roomBytes + (long) permits * batch * Long.BYTES);
        return this;
    }

    /** The account agrees with the driver, and leaves nothing out. */
    AccountSnapshot settled() {
        AccountSnapshot account = account();
        assertThat(account.offered()).as(account.toString()).isEqualTo(lastId);
        assertThat(account.accepted()).as(account.toString()).isEqualTo(accepted.size());
        assertThat(account.refusedItems()).as(account.toString()).isEqualTo(refused);
        assertThat(account.pending()).as(account.toString()).isZero();
        return account;
    }

    /** Every accepted id is at the far end, no other is, and the account says so. */
    void nothingIsLost(Set<Long> arrived) {
        AccountSnapshot account = settled();
        assertThat(without(accepted, arrived))
                .as("missing; " + account + " " + log)
                .isEmpty();
        assertThat(without(arrived, accepted)).as("invented; " + account).isEmpty();
        assertThat(account.delivered()).as(account.toString()).isEqualTo(accepted.size());
    }

    /**
     * What the account calls delivered is at the far end; what it does not is not.
     *
     * @param arrived of answers that were given, none of which was lost
     */
    AccountSnapshot lossIsHonest(Set<Long> arrived) {
        AccountSnapshot account = settled();
        assertThat(without(arrived, accepted)).as("invented; " + account).isEmpty();
        assertThat(account.delivered()).as(account.toString()).isEqualTo(arrived.size());
        return account;
    }

    private static Set<Long> without(Set<Long> some, Set<Long> others) {
        Set<Long> left = new HashSet<>(some);
        left.removeAll(others);
        return left;
    }

    @Override
    public void close() {
        client.close();
        assertThat(encoder.openPayloads()).isZero();
        assertThat(client.stats().bytes().held()).isZero();
        assertThat(client.stats().exports().permitsInUse()).isZero();
    }
}
