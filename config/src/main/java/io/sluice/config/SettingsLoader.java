package io.sluice.config;

import io.sluice.batching.BatchDefaults;
import io.sluice.batching.BatchSettings;
import io.sluice.batching.Overflow;
import io.sluice.config.source.SettingsSource;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.PipelineDefaults;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.retry.RetryDefaults;
import io.sluice.exporter.retry.RetrySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads {@link SluiceSettings}. Precedence: what the caller gives (command line flags, or the SDK's own properties),
 * system properties, the environment, the file that {@code sluice.config.file} names, defaults.
 */
public final class SettingsLoader {

    private static final long DEFAULT_CUSTODY = 64L << 20;
    private static final int DEFAULT_MAX_REQUEST = 16 << 20;
    private static final Duration DEFAULT_JMX_DELAY = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofDays(365);
    private static final int DEFAULT_CONNECTIONS = 1024;
    private static final int DEFAULT_SENDERS = 1024;
    private static final int DEFAULT_SHOWN_SENDERS = 20;

    /** Before a client of OTLP stops waiting, which is after 10 s by default. */
    private static final Duration DEFAULT_ACK_TIMEOUT = Duration.ofSeconds(9);

    private static final Duration DEFAULT_SIDECAR_DELAY = Duration.ofMillis(200);

    private final SettingsReader reader;

    private SettingsLoader(SettingsReader reader) {
        this.reader = reader;
    }

    /**
     * The settings of this process, with {@code first} before all other sources.
     *
     * @throws SettingsException naming everything that is wrong
     */
    public static SluiceSettings load(SettingsSource first) {
        return load(List.of(first, SettingsSources.systemProperties(), SettingsSources.environment()));
    }

    /**
     * Settings from just these sources, earlier ones first, and the file that they name.
     *
     * @throws SettingsException naming everything that is wrong
     */
    public static SluiceSettings load(List<SettingsSource> sources) {
        List<SettingsSource> all = new ArrayList<>(sources);
        SettingsReader named = new SettingsReader(sources);
        Optional<Path> file = named.find(Keys.CONFIG_FILE);
        named.throwIfProblems();
        if (file.isPresent()) {
            try {
                all.add(SettingsSources.file(file.get()));
            } catch (IOException e) {
                throw new SettingsException(List.of(String.valueOf(e.getMessage())));
            }
        }
        return new SettingsLoader(new SettingsReader(all)).load();
    }

    private SluiceSettings load() {
        Map<Signal, PipelineSettings> pipelines = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            pipelines.put(signal, pipeline(signal));
        }
        Map<Signal, Duration> flushTimeouts = flushTimeouts();
        Optional<Integer> workers = reader.find(Keys.WORKERS);
        Optional<Path> accountFile = reader.find(Keys.ACCOUNT_FILE);
        boolean accountLog = reader.get(Keys.ACCOUNT_LOG, true);
        ShownFigures figures = figures();
        SidecarOptions sidecar = sidecar();
        reader.find(Keys.CONFIG_FILE);
        Keys.ofTheSdk().forEach(reader::look);
        reader.checkUnknown(ownNames());
        reader.throwIfProblems();
        return new SluiceSettings(
                pipelines,
                flushTimeouts,
                workers.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                accountFile,
                accountLog,
                figures,
                sidecar,
                reader.effective(),
                reader.warnings());
    }

    private ShownFigures figures() {
        boolean beans = reader.get(Keys.JMX, true);
        Duration beansAfter = reader.get(Keys.JMX_DELAY, DEFAULT_JMX_DELAY);
        return new ShownFigures(
                reader.get(Keys.SELF_METRICS, true),
                beans ? Optional.of(beansAfter) : Optional.empty(),
                reader.find(Keys.LOG_INTERVAL),
                reader.get(Keys.JMX_RUNTIME, false));
    }

    private static Set<String> ownNames() {
        Set<String> names = new TreeSet<>();
        Keys.all().forEach(key -> names.add(key.name()));
        for (SettingKey<?> key : Keys.perSignal()) {
            for (Signal signal : Signal.values()) {
                names.add(Keys.forSignal(key, signal).name());
            }
        }
        names.removeIf(name -> !name.startsWith("sluice."));
        return names;
    }

    private Map<Signal, Duration> flushTimeouts() {
        Map<Signal, Duration> timeouts = new EnumMap<>(Signal.class);
        timeouts.put(Signal.TRACES, flushTimeout(Keys.BSP_EXPORT_TIMEOUT));
        timeouts.put(Signal.LOGS, flushTimeout(Keys.BLRP_EXPORT_TIMEOUT));
        timeouts.put(Signal.METRICS, flushTimeout(Keys.METRIC_EXPORT_TIMEOUT));
        return timeouts;
    }

    private Duration flushTimeout(SettingKey<Duration> key) {
        return limit(reader.get(key, PipelineDefaults.FLUSH_TIMEOUT));
    }

    /** Zero is no limit, by OpenTelemetry's common configuration. */
    static Duration limit(Duration timeout) {
        return timeout.isZero() ? FOR_EVER : timeout;
    }

    // ---- one signal -------------------------------------------------------------------------------------------

    private PipelineSettings pipeline(Signal signal) {
        BatchSettings batch = batch(signal);
        RetrySettings retry = retry();
        TransportSettings transport = new DestinationReader(reader).read(signal);
        int exports = reader.get(Keys.MAX_CONCURRENT_EXPORTS, PipelineDefaults.MAX_CONCURRENT_EXPORTS);
        long requestBytes = reader.perSignal(Keys.MAX_REQUEST_BYTES, signal, (long) transport.usualRequestBytes());
        reader.computed(Keys.forSignal(Keys.MAX_REQUEST_BYTES, signal), requestBytes);
        return new PipelineSettings(batch, retry, transport, exports, (int) requestBytes);
    }

    private BatchSettings batch(Signal signal) {
        BatchSettings defaults = PipelineDefaults.batch(signal);
        int queueItems = switch (signal) {
            case TRACES -> queue(Keys.BSP_QUEUE, defaults);
            case LOGS -> queue(Keys.BLRP_QUEUE, defaults);
            case METRICS, PROFILES -> defaults.maxQueueItems();
        };
        Optional<Integer> batch = switch (signal) {
            case TRACES -> reader.find(Keys.BSP_BATCH);
            case LOGS -> reader.find(Keys.BLRP_BATCH);
            case METRICS, PROFILES -> Optional.empty();
        };
        Duration age = switch (signal) {
            case TRACES -> reader.get(Keys.BSP_DELAY, defaults.maxBatchAge());
            case LOGS -> reader.get(Keys.BLRP_DELAY, defaults.maxBatchAge());
            case METRICS, PROFILES -> defaults.maxBatchAge();
        };
        int fromBacklog = reader.get(Keys.BATCH_MAX_ITEMS, defaults.maxBatchItems());
        // As upstream: a batch that would be larger than the queue is as large as the queue.
        int batchItems = Math.min(queueItems, batch.orElse(Math.min(defaults.batchItems(), fromBacklog)));
        if (batch.isPresent() && batch.get() > queueItems) {
            reader.warning(
                    signal == Signal.TRACES ? Keys.BSP_BATCH : Keys.BLRP_BATCH,
                    "more than the queue holds: batches of " + queueItems + " instead");
        }
        int maxBatchItems = batch.isPresent() ? batchItems : Math.max(batchItems, fromBacklog);
        return new BatchSettings(
                queueItems,
                batchItems,
                maxBatchItems,
                reader.get(Keys.BATCH_MAX_BYTES, (long) defaults.maxBatchBytes())
                        .intValue(),
                age,
                reader.get(Keys.BATCH_MIN_INTERVAL, BatchDefaults.MIN_BATCH_INTERVAL),
                overflow(signal),
                reader.get(Keys.DRAIN_TIMEOUT, BatchDefaults.DRAIN_TIMEOUT));
    }

    private Overflow overflow(Signal signal) {
        Duration limit = reader.perSignal(Keys.OVERFLOW_BLOCK, signal, BatchDefaults.BLOCK_LIMIT);
        return switch (reader.perSignal(Keys.OVERFLOW, signal, "drop-newest")) {
            case "drop-oldest" -> Overflow.DROP_OLDEST;
            case "block" -> new Overflow.Block(limit);
            default -> Overflow.DROP_NEWEST;
        };
    }

    private int queue(SettingKey<Integer> key, BatchSettings defaults) {
        int items = reader.get(key, defaults.maxQueueItems());
        reader.computed(key, items);
        return items;
    }

    private RetrySettings retry() {
        Duration initial = reader.get(Keys.RETRY_INITIAL, RetryDefaults.INITIAL_BACKOFF);
        Optional<Duration> set = reader.find(Keys.RETRY_MAX);
        if (set.isPresent() && set.get().compareTo(initial) < 0) {
            reader.problem(
                    Keys.RETRY_MAX, "at least sluice.retry.initial.backoff, which is " + initial.toMillis() + " ms");
        }
        Duration max = set.orElse(RetryDefaults.MAX_BACKOFF);
        return new RetrySettings(
                initial,
                max.compareTo(initial) < 0 ? initial : max,
                reader.get(Keys.RETRY_MULTIPLIER, RetryDefaults.MULTIPLIER),
                reader.get(Keys.RETRY_DISABLED, false) ? neverAgain() : maxElapsed(),
                reader.get(Keys.RETRY_ATTEMPTS, RetryDefaults.MAX_ATTEMPTS),
                reader.get(Keys.RETRY_BYTES, RetryDefaults.MAX_QUEUED_BYTES),
                reader.get(Keys.DRAIN_RETRY, true));
    }

    private Duration maxElapsed() {
        return reader.get(Keys.RETRY_ELAPSED, RetryDefaults.MAX_ELAPSED);
    }

    /** What the budget says otherwise is checked, and then overruled. */
    private Duration neverAgain() {
        Duration overruled = maxElapsed();
        if (!overruled.isZero() && reader.find(Keys.RETRY_ELAPSED).isPresent()) {
            reader.warning(Keys.RETRY_ELAPSED, "otel.java.exporter.otlp.retry.disabled overrules it");
        }
        return Duration.ZERO;
    }

    // ---- the sidecar ------------------------------------------------------------------------------------------

    private SidecarOptions sidecar() {
        return new SidecarOptions(
                new ReceiverReader(reader, DEFAULT_MAX_REQUEST, DEFAULT_CONNECTIONS).read(),
                custody(),
                reader.get(Keys.SIDECAR_BATCH_DELAY, DEFAULT_SIDECAR_DELAY),
                reader.get(Keys.SIDECAR_SELF_METRICS, Duration.ZERO),
                new AccessReader(reader).read());
    }

    private CustodyOptions custody() {
        long heapBytes = Runtime.getRuntime().maxMemory();
        long affordable = Math.min(DEFAULT_CUSTODY, heapBytes / 4);
        long bytes = reader.get(Keys.SIDECAR_CUSTODY, affordable);
        if (bytes > heapBytes / 2) {
            reader.warning(
                    Keys.SIDECAR_CUSTODY,
                    "more than half of the heap of " + (heapBytes >> 20) + " MiB, which may not be enough: see -Xmx");
        }
        reader.computed(Keys.SIDECAR_CUSTODY, bytes);
        return new CustodyOptions(
                bytes,
                reader.find(Keys.SIDECAR_SENDER_HEADER),
                reader.get(Keys.SIDECAR_MAX_SENDERS, DEFAULT_SENDERS),
                reader.get(Keys.SIDECAR_SHOWN_SENDERS, DEFAULT_SHOWN_SENDERS),
                reader.get(Keys.SIDECAR_ACK, CustodyOptions.Ack.CUSTODY),
                reader.get(Keys.SIDECAR_ACK_TIMEOUT, DEFAULT_ACK_TIMEOUT));
    }
}
