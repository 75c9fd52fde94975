package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.BatchSettings;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Overflow;
import io.sluice.config.SidecarOptions;
import io.sluice.config.SluiceSettings;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.exporter.transport.HttpServer;
import io.sluice.exporter.transport.HttpServerSettings;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * A running sidecar: what it listens on, and one lane a signal.
 *
 * <p>The sidecar runs on a runtime that it is given and does not end it. {@link #drain} is called once, from a thread
 * that may wait.
 */
public final class Sidecar {

    /** The share of the drain's time that requests in progress may take to be answered. */
    private static final int SERVER_SHARE = 4;

    /** What an end may take after its deadline: dropping what is left, closing connections. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final AsyncRuntime runtime;
    private final Map<Signal, Lane> lanes;
    private final ReceiverCounts counts;
    private final HttpServer server;
    private final Duration drainTimeout;

    private Sidecar(
            AsyncRuntime runtime,
            Map<Signal, Lane> lanes,
            ReceiverCounts counts,
            HttpServer server,
            Duration drainTimeout) {
        this.runtime = runtime;
        this.lanes = lanes;
        this.counts = counts;
        this.server = server;
        this.drainTimeout = drainTimeout;
    }

    /**
     * Listens and forwards from here on.
     *
     * @throws IOException naming the address, if it cannot be listened on
     * @throws IllegalArgumentException if it would send to itself
     */
    public static Sidecar start(AsyncRuntime runtime, SluiceSettings settings, DiagnosticLog log) throws IOException {
        requireNonNull(runtime, "runtime");
        SidecarOptions options = settings.sidecar();
        var listen = Receiving.of(settings, log);
        Custody custody = new Custody(options.maxCustodyBytes());
        ReceiverCounts counts = new ReceiverCounts();
        Map<Signal, Lane> lanes = new EnumMap<>(Signal.class);
        OtlpReceiver receiver = new OtlpReceiver(openLanes(lanes, runtime, settings, custody, log), custody, counts);
        int maxBytes = limits(options).maxInflatedBytes();
        RequestHandler handler = new JsonRequests(receiver, counts, runtime.handle(), maxBytes);
        try {
            HttpServer server = HttpServer.bind(runtime.handle(), listen, limits(options), handler);
            Duration drainTimeout = settings.pipeline(Signal.TRACES).batch().drainTimeout();
            return new Sidecar(runtime, lanes, counts, server, drainTimeout);
        } catch (IOException e) {
            for (Lane lane : lanes.values()) {
                runtime.handle().spawn(lane.shutdown(Duration.ZERO)).detach();
                runtime.handle().spawn(lane.closeTransport()).detach();
            }
            throw e;
        }
    }

    /**
     * What only the sidecar asks of settings, looked at without starting.
     *
     * @throws IllegalArgumentException if it would send to itself, or a file of TLS cannot be used
     * @throws UnknownHostException naming the host to listen on, if it is unknown
     */
    public static void check(SluiceSettings settings) throws UnknownHostException {
        Receiving.of(settings, DiagnosticLog.silent());
        for (Signal signal : Signal.values()) {
            TransportSettings where = settings.pipeline(signal).transport();
            if ("https".equalsIgnoreCase(where.endpoint().getScheme())) {
                TlsContexts.load(where.tls(), DiagnosticLog.silent());
            }
        }
    }

    private static Map<Signal, Lane> openLanes(
            Map<Signal, Lane> lanes,
            AsyncRuntime runtime,
            SluiceSettings settings,
            Custody custody,
            DiagnosticLog log) {
        for (Signal signal : Signal.values()) {
            PipelineSettings merged = merging(settings.pipeline(signal), settings.sidecar());
            lanes.put(signal, new Lane(signal, merged, custody, log, runtime.handle()));
        }
        return lanes;
    }

    /**
     * The pipeline's settings as they suit requests instead of items: a batch is due by age and bytes, and the inbox is
     * bounded by custody before it is by count. What was answered 200 is kept: a full inbox refuses, whatever the policy.
     */
    private static PipelineSettings merging(PipelineSettings settings, SidecarOptions options) {
        BatchSettings batch = settings.batch();
        return new PipelineSettings(
                new BatchSettings(
                        batch.maxQueueItems(),
                        batch.batchItems(),
                        batch.maxBatchItems(),
                        batch.maxBatchBytes(),
                        options.batchDelay(),
                        Overflow.DROP_NEWEST,
                        batch.drainTimeout()),
                settings.retry(),
                settings.transport(),
                settings.maxConcurrentExports(),
                settings.maxRequestBytes());
    }

    private static HttpServerSettings limits(SidecarOptions options) {
        return options.receiver().limits();
    }

    /** Where it listens, with the ports that were given for port 0. */
    public List<SocketAddress> localAddresses() {
        return server.localAddresses();
    }

    /** The first TCP address that it listens on. */
    public InetSocketAddress localAddress() {
        return server.localAddress();
    }

    /** What became of the items of each signal, by the signal's name in accounts. */
    public Map<String, AccountSnapshot> accounts() {
        Map<String, AccountSnapshot> accounts = new LinkedHashMap<>();
        lanes.values().forEach(lane -> accounts.put(lane.name(), lane.account()));
        return accounts;
    }

    public ReceiverCounts counts() {
        return counts;
    }

    /**
     * Takes no more, answers the requests in progress, and delivers what is held, all signals at once, until the drain's
     * deadline.
     *
     * @return whether all that was held was settled by its destination in time
     */
    public boolean drain() throws Exception {
        Clock clock = runtime.handle().timeDriver().clock();
        long deadlineNanos = clock.nanoTime() + drainTimeout.toNanos();
        within(drainTimeout.dividedBy(SERVER_SHARE).plus(GRACE), server.shutdown(drainTimeout.dividedBy(SERVER_SHARE)));
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanoTime()));
        List<JoinHandle<DrainReport>> drains = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            drains.add(runtime.handle().spawn(lane.shutdown(left)));
        }
        boolean inTime = true;
        for (JoinHandle<DrainReport> drain : drains) {
            inTime &= within(left.plus(GRACE), drain).map(DrainReport::inTime).orElse(false);
        }
        List<JoinHandle<Void>> closings = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            closings.add(runtime.handle().spawn(lane.closeTransport()));
        }
        for (JoinHandle<Void> closing : closings) {
            within(GRACE, closing);
        }
        return inTime;
    }

    /** Empty if {@code limit} passed first: whatever does not end in time, the end of the process ends it. */
    private <T> Optional<T> within(Duration limit, Future<T> future) throws Exception {
        try {
            return Optional.ofNullable(runtime.blockOn(runtime.handle().timeout(limit, future)));
        } catch (TimeoutException late) {
            return Optional.empty();
        }
    }
}
