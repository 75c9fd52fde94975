package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a JVM spends before main: alone, under OpenTelemetry's agent and under ours, in turn. Writes the table of {@code
 * docs/start-up.md}, which says how to run it; a busy machine makes the figures worthless, so no check does.
 */
@Tag("figures")
class StartUpFiguresIT {

    private static final int ROUNDS = 9;
    private static final Pattern TOLD = Pattern.compile("main after (\\d+) ms, CPU (\\d+) ms");
    private static final String BEGIN = "<!-- written by StartUpFiguresIT -->\n";
    private static final String END = "<!-- end -->\n";

    /** What the program is run under. */
    private enum Host {
        NOTHING("no agent"),
        STOCK("OpenTelemetry's agent"),
        SLUICE("Sluice's agent");

        private final String title;

        Host(String title) {
            this.title = title;
        }

        AgentRun under(AgentRun run) {
            return switch (this) {
                case NOTHING -> run.withoutAgent();
                case STOCK -> run.underStockAgent();
                case SLUICE -> run;
            };
        }
    }

    /** Of one start. */
    private record Start(long millis, long cpuMillis) {}

    @TempDir
    Path directory;

    @Test
    void table_isWritten() throws Exception {
        Map<Host, List<Start>> starts = new EnumMap<>(Host.class);
        try (OtlpSink sink = new OtlpSink()) {
            for (int round = 0; round < ROUNDS; round++) {
                for (Host host : Host.values()) {
                    starts.computeIfAbsent(host, unused -> new ArrayList<>()).add(start(host, sink, round));
                }
            }
        }
        StringBuilder table = new StringBuilder(
                "| | until main, ms: median (least) | CPU until main, ms: median (least) |\n" + "|---|---|---|\n");
        starts.forEach((host, each) -> table.append("| ")
                .append(host.title)
                .append(" | ")
                .append(figures(each.stream().map(Start::millis).sorted().toList()))
                .append(" | ")
                .append(figures(each.stream().map(Start::cpuMillis).sorted().toList()))
                .append(" |\n"));
        Path page = Path.of("..", "..", "docs", "start-up.md");
        String text = Files.readString(page);
        Files.writeString(
                page,
                text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + table + text.substring(text.indexOf(END)));
    }

    private Start start(Host host, OtlpSink sink, int round) throws IOException, InterruptedException {
        Path own = Files.createDirectory(directory.resolve(host + "-" + round));
        AgentRun.Result result = host.under(new AgentRun(own))
                .set("otel.exporter.otlp.endpoint", sink.endpoint())
                .set("otel.instrumentation.common.default-enabled", "true")
                .run(Ending.RETURN, 10);
        Matcher told = TOLD.matcher(result.out());
        assertThat(told.find()).as(result.out()).isTrue();
        return new Start(Long.parseLong(told.group(1)), Long.parseLong(told.group(2)));
    }

    private static String figures(List<Long> sorted) {
        return sorted.get(sorted.size() / 2) + " (" + sorted.get(0) + ")";
    }
}
