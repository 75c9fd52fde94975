package io.sluice.examples.demo;

import io.sluice.examples.collector.Report;
import io.sluice.examples.collector.SpanRecord;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Proves the path against a real OpenTelemetry Collector:
 * {@code CollectorProof AGENT_JAR UPSTREAM_AGENT_JAR COLLECTOR_PROGRAM [REQUESTS]}.
 *
 * <p>The shop runs four times with the same requests: under our agent straight to the Collector; under our agent through the
 * sidecar, with what the agent sends recorded on the way; under our agent to a Collector that takes small requests only, so
 * that batches have to be divided; and under the OpenTelemetry agent with its own exporter, as the measure of what there is
 * to send.
 */
public final class CollectorProof {

    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String ACCOUNT_FILE = "SLUICE_ACCOUNT_FILE";
    private static final int DEFAULT_REQUESTS = 200;

    /** A few spans, and less than a collection of metrics. */
    private static final int SMALL_REQUEST_BYTES = 5_000;

    /** So that in each run there are collections to have metrics of. */
    private static final String SMALL_YOUNG_GENERATION = "-Xmn8m";

    private final Path agent;
    private final Path upstreamAgent;
    private final Path collectorProgram;
    private final int requests;
    private final Programs programs = Programs.ofThisProcess();
    private final Workplace workplace;
    private final Checks checks;

    private CollectorProof(String[] arguments, Workplace workplace, Checks checks) {
        agent = Path.of(arguments[0]).toAbsolutePath();
        upstreamAgent = Path.of(arguments[1]).toAbsolutePath();
        collectorProgram = Path.of(arguments[2]).toAbsolutePath();
        requests = arguments.length > 3 ? Integer.parseInt(arguments[3]) : DEFAULT_REQUESTS;
        this.workplace = workplace;
        this.checks = checks;
    }

    /** Runs the proof and exits: with 0 if every check passed. */
    public static void main(String[] arguments) throws InterruptedException {
        Checks checks = new Checks(System.out);
        try (Workplace workplace = Workplace.open(false)) {
            try {
                new CollectorProof(arguments, workplace, checks).run();
            } catch (IOException failed) {
                checks.that("the proof runs to its end", false, failed.toString());
            }
            if (!checks.allPassed()) {
                System.out.println(workplace.errors());
            }
        } catch (IOException failed) {
            checks.that("there is a place for files", false, failed.toString());
        }
        System.out.println(checks.summary());
        System.exit(checks.allPassed() ? 0 : 1);
    }

    private void run() throws IOException, InterruptedException {
        CollectorFiles straight = straight();
        CollectorFiles throughSidecar = throughSidecar();
        toOneThatTakesLittle();
        CollectorFiles upstream = upstream();
        checks.equal(
                "the same metrics arrive with and without a sidecar",
                throughSidecar.applicationMetrics(),
                straight.applicationMetrics());
        checks.equal(
                "the metrics are those of the OpenTelemetry agent's own exporter",
                straight.applicationMetrics(),
                upstream.applicationMetrics());
        for (CollectorFiles ours : List.of(straight, throughSidecar)) {
            checks.that(
                    "the spans have scopes, names, kinds, status and attributes of the OpenTelemetry agent's own exporter",
                    ours.shapes().equals(upstream.shapes()),
                    CollectorFiles.difference(ours.shapes(), upstream.shapes()));
        }
    }

    private CollectorFiles straight() throws IOException, InterruptedException {
        RealCollector collector = RealCollector.start(collectorProgram, "collector-straight", workplace);
        List<Driven> driven = driveShop("shop-straight", agent, collector.uri());
        CollectorFiles files = collector.stop();
        String path = "agent -> Collector: ";
        addArrival(path, driven, files);
        addAccount(path, "shop-straight", files);
        checks.equal(path + "the Collector's log has no complaints", collector.complaints(), List.of());
        return files;
    }

    private CollectorFiles throughSidecar() throws IOException, InterruptedException {
        RealCollector collector = RealCollector.start(collectorProgram, "collector-behind", workplace);
        Child sidecar = workplace.start(
                ChildPlan.listening(
                        "sidecar",
                        programs.sidecar(agent),
                        Map.of(
                                "SLUICE_SIDECAR_LISTEN",
                                "127.0.0.1:0",
                                ENDPOINT,
                                collector.uri().toString(),
                                ACCOUNT_FILE,
                                account("sidecar").toString())),
                line -> {});
        Path recorded = workplace.file("recorder.report");
        Child recorder = workplace.start(
                ChildPlan.listening(
                        "recorder",
                        programs.collector(
                                "--port=0", "--brief", "--report=" + recorded, "--forward=" + sidecar.awaitAddress()),
                        Map.of()),
                line -> {});
        List<Driven> driven = driveShop("shop-behind", agent, recorder.awaitAddress());
        sidecar.stop();
        recorder.stop();
        CollectorFiles files = collector.stop();
        Report sent = Report.read(recorded);
        String path = "agent -> sidecar -> Collector: ";
        addArrival(path, driven, files);
        addAccount(path, "sidecar", files);
        checks.equal(
                path + "the span ids are exactly those that the agent sent",
                files.sortedSpanIds(),
                sent.spans().stream().map(SpanRecord::spanId).sorted().toList());
        checks.equal(
                path + "metric names and their data points are exactly those that the agent sent",
                files.dataPoints(),
                sent.dataPoints());
        checks.equal(path + "nothing that the agent sent is malformed", sent.malformedRequests(), 0L);
        checks.equal(path + "the Collector's log has no complaints", collector.complaints(), List.of());
        return files;
    }

    private void toOneThatTakesLittle() throws IOException, InterruptedException {
        RealCollector collector =
                RealCollector.start(collectorProgram, "collector-little", SMALL_REQUEST_BYTES, workplace);
        List<Driven> driven = driveShop("shop-little", agent, collector.uri());
        CollectorFiles files = collector.stop();
        String path = "agent -> Collector that takes " + SMALL_REQUEST_BYTES + " bytes a request: ";
        addArrival(path, driven, files);
        addAccount(path, "shop-little", files);
    }

    private CollectorFiles upstream() throws IOException, InterruptedException {
        RealCollector collector = RealCollector.start(collectorProgram, "collector-upstream", workplace);
        driveShop("shop-upstream", upstreamAgent, collector.uri());
        return collector.stop();
    }

    private List<Driven> driveShop(String name, Path javaAgent, URI endpoint) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTEL_SERVICE_NAME", "shop");
        environment.put(ENDPOINT, endpoint.toString());
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "500");
        environment.put("OTEL_METRIC_EXPORT_INTERVAL", "1000");
        environment.put(ACCOUNT_FILE, account(name).toString());
        Child shop = workplace.start(
                ChildPlan.listening(name, programs.shop(javaAgent, SMALL_YOUNG_GENERATION), environment), line -> {});
        List<Driven> driven = new Driver(shop.awaitAddress()).drive(requests, done -> {});
        shop.stop();
        return driven;
    }

    private void addArrival(String path, List<Driven> driven, CollectorFiles files) {
        checks.equal(
                path + requests + " requests answered",
                driven.stream().filter(Driven::isAnswered).count(),
                (long) requests);
        checks.equal(
                path + "as many spans as the requests make, each once",
                Set.copyOf(files.sortedSpanIds()).size() + " of "
                        + files.spans().size(),
                Balance.spansExpected(driven) + " of " + Balance.spansExpected(driven));
        Set<String> parents = files.spans().stream()
                .filter(SpanRecord::server)
                .map(span -> span.traceId() + span.parentId())
                .collect(Collectors.toSet());
        checks.equal(
                path + "a server span for every request, in its trace and below its caller",
                driven.stream()
                        .filter(request -> !parents.contains(request.traceId() + request.spanId()))
                        .toList(),
                List.of());
    }

    private void addAccount(String path, String hop, CollectorFiles files) throws IOException {
        List<AccountLine> lines = AccountLine.read(account(hop));
        addDelivered(path, lines, Signal.TRACES, files.spans().size());
        addDelivered(path, lines, Signal.METRICS, files.allDataPoints());
    }

    private void addDelivered(String path, List<AccountLine> lines, Signal signal, long arrived) {
        checks.equal(
                path + "as many " + signal.item()
                        + "s arrived as the last hop's account says, and all that it was offered",
                lines.stream()
                        .filter(line -> line.signal().equals(signal.key()))
                        .map(line -> line.offered() + " offered, " + line.delivered() + " delivered")
                        .toList(),
                List.of(arrived + " offered, " + arrived + " delivered"));
    }

    private Path account(String hop) {
        return workplace.file(hop + ".account");
    }
}
