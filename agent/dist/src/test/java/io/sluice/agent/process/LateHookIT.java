package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that an application does in shutdown hooks. */
class LateHookIT {

    private static final int SPANS_A_HOOK = 2;

    @TempDir
    Path directory;

    @Test
    void workOfSlowShutdownHooks_arrives_withEverySignal() throws Exception {
        try (OtlpSink sink = new OtlpSink()) {
            DropInRun.Result result = new DropInRun(directory)
                    .set("otel.exporter.otlp.endpoint", sink.endpoint())
                    .slowHooksUnderAgent(SPANS_A_HOOK);

            assertThat(result.exitValue()).isEqualTo(7);
            assertThat(result.spanIds()).hasSize(1 + 2 * SPANS_A_HOOK);
            assertThat(sink.spanIds)
                    .as(() -> String.join("\n", result.err()))
                    .containsExactlyInAnyOrderElementsOf(result.spanIds());
            assertThat(sink.metricNames).contains("hook.counter");
            assertThat(sink.logBodies).containsExactly("hook says good bye");
            assertThat(result.errorLines())
                    .as("an account of each signal")
                    .hasSize(3)
                    .allMatch(line -> line.startsWith("sluice: "));
        }
    }
}
