package io.sluice.examples.demo;

import io.sluice.examples.collector.Report;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One run of the demo: shop under the agent, sidecar, collector, and requests. Used once, by one thread. */
final class DemoRun {

    private static final String ACCOUNT_FILE = "SLUICE_ACCOUNT_FILE";
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private final DemoArguments arguments;
    private final Programs programs;
    private final Workplace workplace;
    private final Console console;

    DemoRun(DemoArguments arguments, Programs programs, Workplace workplace, Console console) {
        this.arguments = arguments;
        this.programs = programs;
        this.workplace = workplace;
        this.console = console;
    }

    /**
     * Drives the requests from start to end.
     *
     * @throws IOException if a process does not start or end as it should, or leaves no account
     */
    Evidence run() throws IOException, InterruptedException {
        Path report = workplace.file("report.jsonl");
        console.doing("starting collector, sidecar and shop");
        Child collector = workplace.start(
                ChildPlan.listening(
                        "collector",
                        programs.collector("--port=0", "--brief", "--fault=" + arguments.fault(), "--report=" + report),
                        Map.of()),
                console::line);
        URI collectorAddress = collector.awaitAddress();
        Child sidecar = workplace.start(
                ChildPlan.listening("sidecar", programs.sidecar(arguments.agent()), sidecar(collectorAddress)),
                line -> {});
        URI sidecarAddress = sidecar.awaitAddress();
        Child shop = workplace.start(
                ChildPlan.listening("shop", programs.shop(arguments.agent()), shop(sidecarAddress)), line -> {});
        URI shopAddress = shop.awaitAddress();
        console.line(String.format(
                "  shop + agent %-10s ->  sidecar %-10s ->  collector %s%n",
                port(shopAddress), port(sidecarAddress), port(collectorAddress)));

        List<Driven> driven = new Driver(shopAddress)
                .drive(arguments.requests(), done -> console.progress("requests", done, arguments.requests()));
        for (Child child : List.of(shop, sidecar, collector)) {
            console.doing("stopping");
            child.stop();
        }
        console.done();
        return new Evidence(driven, List.of(hop("agent"), hop("sidecar")), Report.read(report));
    }

    private Map<String, String> sidecar(URI collector) {
        return Map.of(
                "SLUICE_SIDECAR_LISTEN",
                "127.0.0.1:0",
                ENDPOINT,
                collector.toString(),
                ACCOUNT_FILE,
                account("sidecar").toString());
    }

    private Map<String, String> shop(URI sidecar) {
        return Map.of(
                "OTEL_SERVICE_NAME",
                "shop",
                ENDPOINT,
                sidecar.toString(),
                // More often than by default, so that there is something to see while the requests run.
                "OTEL_BSP_SCHEDULE_DELAY",
                "500",
                "OTEL_METRIC_EXPORT_INTERVAL",
                "2000",
                ACCOUNT_FILE,
                account("agent").toString());
    }

    private Evidence.Hop hop(String name) throws IOException {
        return new Evidence.Hop(name, AccountLine.read(account(name)));
    }

    private Path account(String hop) {
        return workplace.file(hop + ".account");
    }

    private static String port(URI address) {
        return ":" + address.getPort();
    }
}
