package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The ways in which a program ends, under our agent and under OpenTelemetry's own, and the table of them in {@code
 * docs/shutdown.md}. Spans are counted by their ids: those that the program printed, against those at a sink outside.
 *
 * <p>Run by {@code .ci/run host}; with {@code -Dsluice.write.docs=true} it writes the table anew.
 */
@Tag("host")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShutdownRowsIT {

    private static final String BEGIN = "<!-- written by ShutdownRowsIT -->\n";
    private static final String END = "<!-- end -->\n";

    /** A way to end, and what of it is particular. */
    enum Row {
        RETURN("`main` returns", Ending.RETURN),
        EXIT("`System.exit`", Ending.EXIT),
        UNCAUGHT("an exception leaves `main`", Ending.UNCAUGHT),
        LATE_THREAD("`main` returns, a thread that is no daemon ends a span 500 ms later", Ending.LATE_THREAD),
        ONE_SECOND("a program that lives for one second", Ending.ONE_SECOND),
        SIGTERM("SIGTERM", Ending.SIGTERM),
        GRACEFUL("SIGTERM under load; a hook of the application lets requests finish", Ending.GRACEFUL),
        HOOK("half of the spans are made by another shutdown hook over 500 ms", Ending.HOOK),
        OPEN_SPAN("a span that was open is ended by another hook after 1 s", Ending.OPEN_SPAN),
        SILENT_HOOK("another hook is silent for 600 ms, then makes half of the spans", Ending.SILENT_HOOK),
        SLOW("1,000 spans to a collector that takes 14 ms for each; `sluice.drain.timeout` is 30 s", Ending.EXIT) {
            @Override
            int spans() {
                return 1_000;
            }

            @Override
            void prepare(AgentRun run, OtlpSink sink) {
                sink.takePerSpan(Duration.ofMillis(14));
                run.set("otel.bsp.max.export.batch.size", "50").set("sluice.drain.timeout", "30s");
            }
        },
        HALT("`Runtime.halt`, after half of the spans had been exported", Ending.HALT) {
            @Override
            void prepare(AgentRun run, OtlpSink sink) {
                run.set("otel.bsp.schedule.delay", "200").onceReady(directory -> {
                    if (sink.spanIds.size() >= spans() / 2) {
                        Files.createFile(directory.resolve("go"));
                        return true;
                    }
                    return false;
                });
            }

            @Override
            boolean keepsAll() {
                return false;
            }
        },
        KILL("SIGKILL, after all spans had been exported", Ending.KILL) {
            @Override
            void prepare(AgentRun run, OtlpSink sink) {
                run.set("otel.bsp.schedule.delay", "200").terminateWhen(() -> sink.spanIds.size() >= spans());
            }
        };

        private final String title;
        private final Ending ending;

        Row(String title, Ending ending) {
            this.title = title;
            this.ending = ending;
        }

        int spans() {
            return 100;
        }

        void prepare(AgentRun run, OtlpSink sink) {
            if (ending == Ending.GRACEFUL) {
                run.set("otel.bsp.schedule.delay", "200").terminateWhen(() -> sink.spanIds.size() >= spans());
            }
        }

        /** Whether we promise to. */
        boolean keepsAll() {
            return true;
        }

        /** Whether the JVM lets anybody say a last word. */
        boolean hasLastWord() {
            return ending != Ending.HALT && ending != Ending.KILL;
        }
    }

    /** What a row came to. */
    private record Count(int driven, int arrived) {

        @Override
        public String toString() {
            String word = arrived >= driven ? "all" : arrived == 0 ? "none" : "some";
            return word + " (" + arrived + " of " + driven + ")";
        }
    }

    private static final Map<Row, Count> OURS = new EnumMap<>(Row.class);
    private static final Map<Row, Count> STOCK = new EnumMap<>(Row.class);

    @TempDir
    Path directory;

    private AgentRun run;

    @BeforeEach
    void create() {
        run = new AgentRun(directory);
    }

    @Order(1)
    @ParameterizedTest
    @EnumSource
    void row_keepsEverySpan(Row row) throws Exception {
        try (OtlpSink sink = new OtlpSink()) {
            AgentRun.Result result = run(row, sink);
            OURS.put(row, count(result, sink));

            assertThat(sink.spanIds).as("none comes twice").doesNotHaveDuplicates();
            assertThat(sink.malformed).isEmpty();
            if (row.keepsAll()) {
                assertThat(sink.spanIds).as(result.err()).containsExactlyInAnyOrderElementsOf(result.spanIds());
            }
            if (row.hasLastWord()) {
                int arrived = sink.spanIds.size();
                assertThat(result.account("traces"))
                        .contains("\"offered\":" + arrived + ",", "\"delivered\":" + arrived + ",", "\"pending\":0");
                assertThat(result.err()).contains("sluice: traces: offered " + arrived + " ");
            }
        }
    }

    @Order(2)
    @ParameterizedTest
    @EnumSource
    void row_underTheStockAgent_isMeasuredTheSameWay(Row row) throws Exception {
        run.underStockAgent();
        try (OtlpSink sink = new OtlpSink()) {
            AgentRun.Result result = run(row, sink);
            STOCK.put(row, count(result, sink));

            assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("OTel-OTLP-Exporter-Java/"));
        }
    }

    private AgentRun.Result run(Row row, OtlpSink sink) throws IOException, InterruptedException {
        run.set("otel.exporter.otlp.endpoint", sink.endpoint());
        row.prepare(run, sink);
        AgentRun.Result result = run.run(row.ending, row.spans());
        assertThat(result.exitValue()).as(result.err()).isEqualTo(row.ending.exitValue());
        assertThat(result.spanIds()).hasSizeGreaterThanOrEqualTo(row.spans());
        return result;
    }

    private static Count count(AgentRun.Result result, OtlpSink sink) {
        Set<String> arrived = new HashSet<>(sink.spanIds);
        arrived.retainAll(new HashSet<>(result.spanIds()));
        return new Count(result.spanIds().size(), arrived.size());
    }

    @Order(3)
    @Test
    void page_saysWhatWasMeasured() throws IOException {
        assertThat(OURS).as("all rows have run").containsOnlyKeys(Row.values());
        assertThat(STOCK).as("all rows have run").containsOnlyKeys(Row.values());
        String table = table();
        Path page = Path.of("..", "..", "docs", "shutdown.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if (Boolean.getBoolean("sluice.write.docs")) {
            Files.writeString(page, text.substring(0, begin) + table + text.substring(end));
        } else {
            assertThat(withoutNumbers(table)).isEqualTo(withoutNumbers(text.substring(begin, end)));
        }
    }

    /** How many spans a program ended until a signal came differs from run to run. */
    private static List<String> withoutNumbers(String table) {
        return table.lines()
                .map(line -> line.replaceAll(" \\(\\d+ of \\d+\\)", ""))
                .toList();
    }

    private static String table() {
        return Arrays.stream(Row.values())
                .map(row -> "| " + row.title + " | " + OURS.get(row) + " | " + STOCK.get(row) + " |\n")
                .collect(Collectors.joining(
                        "", "| how the program ends | Sluice | OpenTelemetry's agent |\n|---|---|---|\n", ""));
    }
}
