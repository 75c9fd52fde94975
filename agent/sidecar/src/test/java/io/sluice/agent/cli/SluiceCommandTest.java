package io.sluice.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SluiceCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine commandLine = SluiceCommand.commandLine();
        for (CommandLine each : allOf(commandLine)) {
            each.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        }
        return commandLine.execute(arguments);
    }

    private static Iterable<CommandLine> allOf(CommandLine root) {
        java.util.List<CommandLine> all = new java.util.ArrayList<>();
        all.add(root);
        root.getSubcommands().values().forEach(child -> allOf(child).forEach(all::add));
        return all;
    }

    @Test
    void explain_showsEverySettingWithItsOrigin() {
        assertThat(run("config", "explain", "--endpoint", "http://far:4318", "-s", "sluice.retry.multiplier=3"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("otel.exporter.otlp.endpoint +?= http://far:4318 +\\[command line]")
                .containsPattern("sluice.retry.multiplier +?= 3 +\\[command line]")
                .containsPattern("sluice.sidecar.listen +?= 127.0.0.1:4317,127.0.0.1:4318 +\\[default]");
    }

    @Test
    void explain_badSettings_namesThemAndExits2() {
        assertThat(run("config", "explain", "-s", "otel.bsp.max.queue.size=none"))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "otel.bsp.max.queue.size is \"none\" (command line); allowed: a whole number, 1 to 16777216\n");
    }

    @Test
    void validate_goodAndBad() {
        assertThat(run("sidecar", "validate", "--listen", "127.0.0.1:0")).isZero();
        assertThat(run("sidecar", "validate", "--listen", "nowhere")).isEqualTo(2);
        assertThat(err.toString()).contains("sluice.sidecar.listen is \"nowhere\"");
    }

    @Test
    void validate_endpointIsItself_isRefused_asAStartWouldBe() {
        assertThat(run("sidecar", "validate", "-l", "127.0.0.1:4318", "-e", "http://localhost:4318"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("would send TRACES to itself");
    }

    @Test
    void validate_fileOfTlsThatCannotBeUsed_isRefused_asAStartWouldBe() {
        String[] secure = {
            "-l", "127.0.0.1:0", "-e", "https://collector", "-s", "otel.exporter.otlp.logs.certificate=/nowhere/ca.pem"
        };
        for (String[] command : new String[][] {{"sidecar", "validate"}, {"sidecar"}}) {
            assertThat(run(Stream.concat(Stream.of(command), Stream.of(secure)).toArray(String[]::new)))
                    .isEqualTo(2);
            assertThat(err.toString())
                    .contains(
                            "otel.exporter.otlp.logs.certificate is /nowhere/ca.pem, which does not exist; allowed: ");
        }
    }

    @Test
    void set_ofNoSetting_exits2() {
        assertThat(run("config", "explain", "-s", "slucie.drain.timeout=1s")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--set slucie.drain.timeout: names of settings begin with otel. or sluice.");
    }

    @Test
    void explain_tellsWarnings() {
        assertThat(run(
                        "config",
                        "explain",
                        "-s",
                        "otel.bsp.max.queue.size=5",
                        "-s",
                        "otel.bsp.max.export.batch.size=6"))
                .isZero();
        assertThat(err.toString())
                .startsWith("sluice: warning: otel.bsp.max.export.batch.size is \"6\" (command line);");
    }

    @Test
    void unknownFlagOrNoCommand_exits2() {
        assertThat(run("sidecar", "--no-such-flag")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void help_namesCommandsAndExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("sidecar", "config", "bad usage or bad settings");
    }

    @Test
    void helpOfTheSidecar_saysHowItIsSetAndHowItEnds() {
        assertThat(run("sidecar", "--help")).isZero();
        assertThat(out.toString())
                .contains("--listen", "--endpoint", "--config", "--set", "validate", "explain")
                .contains("/readyz", "SIGTERM", "second signal", "cannot be listened on");
    }

    @Test
    void sidecarExplain_isTheSameAsConfigExplain() {
        assertThat(run("sidecar", "explain", "-s", "sluice.sidecar.ack=delivery"))
                .isZero();
        assertThat(out.toString()).containsPattern("sluice.sidecar.ack +?= delivery +\\[command line]");
    }
}
