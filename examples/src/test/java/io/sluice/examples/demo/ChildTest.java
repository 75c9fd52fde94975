package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

    private final List<String> output = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    @Test
    void stop_keepsWhatIsSaidAtTheEnd() throws Exception {
        Child child = start("trap 'echo bye; echo settled >&2; exit 0' TERM; echo x listens on http://127.0.0.1:7/;"
                + " echo busy; while :; do sleep 0.01; done");

        assertThat(child.awaitAddress()).hasToString("http://127.0.0.1:7");
        awaitOutput("busy");
        child.stop();

        assertThat(output).containsExactly("busy", "bye");
        assertThat(child.errorText()).isEqualTo("  child: settled\n");
    }

    @Test
    void awaitAddress_ofProcessThatEnds_fails() throws Exception {
        Child child = start("echo no port >&2; exit 3");

        assertThatThrownBy(child::awaitAddress)
                .isInstanceOf(IOException.class)
                .hasMessage("child did not start, exit code 3");
        assertThat(child.errorText()).isEqualTo("  child: no port\n");
    }

    @Test
    void stop_ofProcessThatFailed_fails() throws Exception {
        Child late = start("trap 'exit 1' TERM; echo listens on 127.0.0.1:7; while :; do sleep 0.01; done");
        late.awaitAddress();
        assertThatThrownBy(late::stop).hasMessage("child ended with exit code 1");

        Child early = start("exit 0");
        assertThatThrownBy(early::awaitReady).isInstanceOf(IOException.class);
        assertThatThrownBy(early::stop).hasMessage("child ended early with exit code 0");
    }

    @Test
    void environment_isTheCallersWithoutTelemetry() throws Exception {
        Child child = start("echo listens on 127.0.0.1:7; env; echo all; while :; do sleep 0.01; done");
        child.awaitAddress();
        awaitOutput("all");
        child.stop();

        assertThat(output).contains("OTEL_SERVICE_NAME=child").noneMatch(line -> line.startsWith("JAVA_TOOL_OPTIONS"));
    }

    private void awaitOutput(String line) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!output.contains(line) && System.nanoTime() < deadlineNanos) {
            Thread.onSpinWait();
        }
    }

    private Child start(String script) throws IOException {
        ChildPlan plan =
                ChildPlan.listening("child", List.of("/bin/sh", "-c", script), Map.of("OTEL_SERVICE_NAME", "child"));
        return Child.start(plan, Files.createTempDirectory(directory, "child").resolve("err"), output::add);
    }
}
