package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.BatchSettings;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Overflow;
import io.sluice.config.AccessOptions;
import io.sluice.config.CustodyOptions;
import io.sluice.config.SidecarOptions;
import io.sluice.config.SluiceSettings;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.exporter.Transport;
import io.sluice.exporter.TransportSettings;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.exporter.transport.HttpServer;
import io.sluice.exporter.transport.HttpServerSettings;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.TaskOptions;
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
    private final Pages pages;
    private final HttpServer server;
    private final Duration serverTimeout;
    private final Duration drainTimeout;

    private Sidecar(
            AsyncRuntime runtime,
            Map<Signal, Lane> lanes,
            ReceiverCounts counts,
            Pages pages,
            HttpServer server,
            Duration serverTimeout,
            Duration drainTimeout) {
        this.runtime = runtime;
        this.lanes = lanes;
        this.counts = counts;
        this.pages = pages;
        this.server = server;
        this.serverTimeout = serverTimeout;
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
        options.access().tokenFile().ifPresent(Tokens::read);
        Clock clock = runtime.handle().timeDriver().clock();
        Custody custody =
                new Custody(options.custody().maxBytes(), options.custody().maxSenders(), clock);
        ReceiverCounts counts = new ReceiverCounts();
        Map<Signal, Lane> lanes = openLanes(runtime, settings, custody, log);
        Figures figures = new Figures(lanes, custody, counts, options.custody().maxShownSenders(), clock);
        Pages pages = new Pages(lanes, custody, figures);
        SenderNames names = senderNames(options);
        OtlpReceiver receiver = new OtlpReceiver(lanes, custody, names, counts, pages);
        int maxBytes = limits(options).maxInflatedBytes();
        RequestHandler json = new JsonRequests(receiver, counts, runtime.handle(), maxBytes);
        RequestHandler handler = guarded(json, options.access(), counts, runtime.handle(), log);
        try {
            HttpServer server = HttpServer.bind(runtime.handle(), listen, limits(options), handler);
            counts.watch(server::count);
            Duration drainTimeout = settings.pipeline(Signal.TRACES).batch().drainTimeout();
            tellOfItself(options, figures, requireNonNull(lanes.get(Signal.METRICS)), custody, runtime);
            return new Sidecar(runtime, lanes, counts, pages, server, serverShare(options, drainTimeout), drainTimeout);
        } catch (IOException e) {
            for (Lane lane : lanes.values()) {
                lane.close();
                lane.drain(Duration.ZERO)
                        .forEach(drain -> runtime.handle().spawn(drain).detach());
                runtime.handle().spawn(lane.closeTransport()).detach();
            }
            throw e;
        }
    }

    /**
     * What only the sidecar asks of settings, looked at without starting.
     *
     * @throws IllegalArgumentException if it would send to itself, or a file of TLS or of tokens cannot be used
     * @throws UnknownHostException naming the host to listen on, if it is unknown
     */
    public static void check(SluiceSettings settings) throws UnknownHostException {
        Receiving.of(settings, DiagnosticLog.silent());
        settings.sidecar().access().tokenFile().ifPresent(Tokens::read);
        for (Signal signal : Signal.values()) {
            TransportSettings where = settings.pipeline(signal).transport();
            if ("https".equalsIgnoreCase(where.endpoint().getScheme())) {
                TlsContexts.load(where.tls(), DiagnosticLog.silent());
            }
        }
    }

    /** What a request has to pass on its way in, the origin of its page first. */
    private static RequestHandler guarded(
            RequestHandler receiver, AccessOptions access, ReceiverCounts counts, Handle handle, DiagnosticLog log) {
        RequestHandler guarded = receiver;
        if (access.maxBytesPerSecond().isPresent()) {
            Clock clock = handle.timeDriver().clock();
            guarded = new RateGate(guarded, access.maxBytesPerSecond().getAsLong(), clock, counts);
        }
        if (access.tokenFile().isPresent()) {
            Tokens tokens = Tokens.load(access.tokenFile().get(), log, handle);
            guarded = new TokenGate(guarded, tokens, new TokenHeader(access.tokenHeader()), counts);
        }
        return access.allowedOrigins().isEmpty() ? guarded : new OriginRules(guarded, access.allowedOrigins());
    }

    private static SenderNames senderNames(SidecarOptions options) {
        AccessOptions access = options.access();
        return new SenderNames(
                access.tokenFile().map(file -> new TokenHeader(access.tokenHeader())),
                options.custody().senderHeader());
    }

    private static Map<Signal, Lane> openLanes(
            AsyncRuntime runtime, SluiceSettings settings, Custody custody, DiagnosticLog log) {
        Map<Signal, Lane> lanes = new EnumMap<>(Signal.class);
        CustodyOptions options = settings.sidecar().custody();
        for (Signal signal : Signal.values()) {
            PipelineSettings merged = merging(settings.pipeline(signal), settings.sidecar());
            Transport transport = merged.transport().open(runtime.handle(), log);
            lanes.put(
                    signal,
                    new Lane(signal, merged, options, custody.unattributed(), transport, log, runtime.handle()));
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

    private static void tellOfItself(
            SidecarOptions options, Figures figures, Lane metrics, Custody custody, AsyncRuntime runtime) {
        Duration interval = options.selfMetricsInterval();
        if (!interval.isZero()) {
            SelfMetrics task = new SelfMetrics(
                    figures, metrics, custody, interval, runtime.handle().timeDriver());
            runtime.handle().spawn(TaskOptions.named("own metrics"), task).detach();
        }
    }

    /** Where answers wait for the destination, requests in progress may take as long as that. */
    private static Duration serverShare(SidecarOptions options, Duration drainTimeout) {
        return options.custody().ack() == CustodyOptions.Ack.DELIVERY
                ? drainTimeout
                : drainTimeout.dividedBy(SERVER_SHARE);
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
        pages.drainBegins();
        List<JoinHandle<DrainReport>> drains = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            lane.drain(drainTimeout)
                    .forEach(drain -> drains.add(runtime.handle().spawn(drain)));
        }
        Clock clock = runtime.handle().timeDriver().clock();
        long deadlineNanos = clock.nanoTime() + drainTimeout.toNanos();
        within(serverTimeout.plus(GRACE), server.shutdown(serverTimeout));
        lanes.values().forEach(Lane::close);
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanoTime()));
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
