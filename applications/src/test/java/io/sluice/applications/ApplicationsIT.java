package io.sluice.applications;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.sluice.applications.TelemetrySink.Arrived;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each application three times, without an agent, under ours and under upstream's: what is seen of it is the same, nothing
 * of it is lost, and it does not notice.
 */
class ApplicationsIT {

    private static final int REQUESTS = 1_000;

    /** Two drains of upstream's default length, on a machine that is busy. */
    private static final Duration MORE_TIME_TO_END = Duration.ofSeconds(10);

    /** What exporters tell of themselves: ours has other names than upstream's, listed in docs/metrics.md. */
    private static final Predicate<String> OF_THE_EXPORTER = metric -> metric.contains(" | otel.sdk.")
            || metric.contains(" | sluice.")
            || metric.startsWith("io.opentelemetry.exporters.")
            || metric.startsWith("io.opentelemetry.sdk.");

    @TempDir
    Path directory;

    static Stream<Application> applications() {
        Predicate<String> wanted =
                Pattern.compile(System.getProperty("applications", "")).asPredicate();
        return Stream.of(Application.shop(), Application.zipkin(), Application.hawtio(), Application.mockServer())
                .filter(application -> wanted.test(application.name()));
    }

    @ParameterizedTest
    @MethodSource("applications")
    void application_isSeenAsUnderUpstreamsAgent_losesNothing_andNoticesNothing(Application application)
            throws Exception {
        Run alone = run(application, Variant.NO_AGENT);
        Run ours = run(application, Variant.SLUICE);
        Run upstream = run(application, Variant.UPSTREAM);

        everyRequest_hasItsServerSpanOnce(ours);
        everySpan_hasItsParent(ours);
        everythingOffered_isDelivered(ours);
        assertThat(spansOfEachRequest(ours)).isEqualTo(spansOfEachRequest(upstream));
        assertThat(labels(ours)).isEqualTo(labels(upstream));
        assertThat(metrics(ours)).isEqualTo(metrics(upstream)).isNotEmpty();
        assertThat(ours.sink().loggers)
                .as("at the end, upstream's hook is sometimes faster than the application's loggers")
                .containsAll(upstream.sink().loggers);

        assertThat(ours.health()).isEqualTo(alone.health());
        assertThat(ours.exitValue()).as(ours.err()).isEqualTo(alone.exitValue());
        assertThat(ours.ending()).isLessThan(alone.ending().plus(MORE_TIME_TO_END));
        assertThat(newErrorLines(ours, alone))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("sluice: traces: offered "),
                        line -> assertThat(line).startsWith("sluice: metrics: offered "),
                        line -> assertThat(line).startsWith("sluice: logs: offered "));
    }

    private Run run(Application application, Variant variant) throws IOException, InterruptedException {
        Path output = Files.createDirectory(directory.resolve(variant.name()));
        Run run = Run.of(application, variant, REQUESTS, directory, output);
        System.out.printf(
                "%s, %s: up after %.1f s, %d spans, %d metrics, ended after %.1f s with %d%n",
                application,
                variant,
                run.start().toMillis() / 1e3,
                run.spans().size(),
                run.sink().metrics.size(),
                run.ending().toMillis() / 1e3,
                run.exitValue());
        return run;
    }

    private static void everyRequest_hasItsServerSpanOnce(Run run) {
        assertThat(run.sink().malformed).isEmpty();
        assertThat(run.spans()).extracting(Arrived::spanId).doesNotHaveDuplicates();
        Map<String, List<Arrived>> entries = run.spans().stream()
                .filter(span -> span.kind() == SpanKind.SPAN_KIND_SERVER)
                .filter(span -> span.parentId().equals(run.driven().get(span.traceId())))
                .collect(Collectors.groupingBy(Arrived::traceId));
        assertThat(entries.keySet()).hasSize(REQUESTS).isEqualTo(run.driven().keySet());
        assertThat(entries.values()).allMatch(spans -> spans.size() == 1);
    }

    private static void everySpan_hasItsParent(Run run) {
        Set<String> ids = run.spans().stream().map(Arrived::spanId).collect(Collectors.toSet());
        ids.addAll(run.driven().values());
        assertThat(run.spans())
                .filteredOn(span -> !span.parentId().isEmpty())
                .allMatch(span -> ids.contains(span.parentId()));
    }

    private static void everythingOffered_isDelivered(Run run) {
        assertThat(run.accounts())
                .hasSize(3)
                .allSatisfy(account -> assertThat(account)
                        .contains("\"refused\":{}", "\"dropped\":{}", "\"rejected\":0", "\"pending\":0"));
        assertThat(run.accounts())
                .anySatisfy(account -> assertThat(account)
                        .contains(
                                "\"signal\":\"traces\"",
                                "\"delivered\":" + run.spans().size() + ","));
    }

    /** How often a request led to which set of spans: a span that is lost or made twice changes a line. */
    private static Map<String, Long> spansOfEachRequest(Run run) {
        return run.spans().stream()
                .filter(span -> run.driven().containsKey(span.traceId()))
                .collect(Collectors.groupingBy(
                        Arrived::traceId,
                        Collectors.mapping(
                                Arrived::label,
                                Collectors.collectingAndThen(Collectors.toList(), ApplicationsIT::sorted))))
                .values()
                .stream()
                .collect(Collectors.groupingBy(labels -> labels, TreeMap::new, Collectors.counting()));
    }

    private static String sorted(Collection<String> labels) {
        return labels.stream().sorted().collect(Collectors.joining("\n"));
    }

    private static Set<String> labels(Run run) {
        return run.spans().stream().map(Arrived::label).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> metrics(Run run) {
        return run.sink().metrics.stream()
                .filter(OF_THE_EXPORTER.negate())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Standard error without what the application writes by itself, and the OpenTelemetry agent and the JVM at its start. */
    private static List<String> newErrorLines(Run run, Run alone) {
        Set<String> known =
                alone.err().lines().map(ApplicationsIT::withoutNumbers).collect(Collectors.toSet());
        return run.err()
                .lines()
                .filter(line -> !known.contains(withoutNumbers(line)))
                .filter(line -> !line.contains("VersionLogger - opentelemetry-javaagent - version"))
                .filter(line -> !line.contains("Sharing is only supported for boot loader classes"))
                .toList();
    }

    /** Times, ports and identities of objects are never the same twice. */
    private static String withoutNumbers(String line) {
        return line.replaceAll("[0-9a-f]*[0-9][0-9a-f]*", "N");
    }
}
