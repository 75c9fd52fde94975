package io.sluice.examples.collector;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.HashSet;
import java.util.Set;

/** Turns what arrives into blocks of text for the {@link Screen}. Any thread. */
final class Viewer {

    private static final int BRIEF_TRACES = 3;
    private static final int SERVICE_COLUMNS = 40;

    private final boolean brief;
    private final TraceForest forest;
    private final Screen screen;
    /** Guarded by this; grows with the number of different metrics, in brief mode only. */
    private final Set<String> metricsShown = new HashSet<>();
    /** Guarded by this; in brief mode only. */
    private int tracesShown;

    Viewer(boolean brief, TraceForest forest, Screen screen) {
        this.brief = brief;
        this.forest = forest;
        this.screen = screen;
    }

    void show(ExportTraceServiceRequest request) {
        if (isSated()) {
            return;
        }
        request.getResourceSpansList().forEach(resource -> {
            String service = service(resource.getResource());
            resource.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList().forEach(span -> forest.add(service, span)));
        });
        showDueTraces();
    }

    void show(ExportMetricsServiceRequest request) {
        request.getResourceMetricsList().forEach(resource -> {
            MetricsText text = new MetricsText(service(resource.getResource()));
            resource.getScopeMetricsList()
                    .forEach(scope -> scope.getMetricsList().forEach(metric -> {
                        if (isToShow(metric.getName())) {
                            text.add(metric);
                        }
                    }));
            text.finish().ifPresent(screen::print);
        });
    }

    /** Shows traces that are complete, or have been quiet; called from time to time. */
    void showDueTraces() {
        forest.takeDue().forEach(this::show);
    }

    /** Shows what is left. */
    void finish() {
        forest.takeAll().forEach(this::show);
    }

    private void show(TraceTree tree) {
        if (isToShow(tree)) {
            screen.print(tree.toText());
        }
    }

    private synchronized boolean isSated() {
        return brief && tracesShown == BRIEF_TRACES;
    }

    private synchronized boolean isToShow(TraceTree tree) {
        if (brief && (tracesShown == BRIEF_TRACES || tree.size() < 2)) {
            return false;
        }
        tracesShown++;
        return true;
    }

    private synchronized boolean isToShow(String metric) {
        return !brief || (!isAboutTheExport(metric) && metricsShown.add(metric));
    }

    /** What the sender tells of its own pipeline: some 30 metrics that say little of the program. */
    private static boolean isAboutTheExport(String metric) {
        return metric.startsWith("otel.sdk.") || metric.startsWith("sluice.");
    }

    private static String service(Resource resource) {
        return resource.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals("service.name"))
                .map(attribute -> Printable.text(attribute.getValue().getStringValue(), SERVICE_COLUMNS))
                .findFirst()
                .orElse("unknown service");
    }
}
