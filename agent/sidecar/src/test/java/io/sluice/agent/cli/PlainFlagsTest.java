package io.sluice.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside {@link SluiceCommand}: what is plain means the same to both, what either refuses is left to the latter. */
class PlainFlagsTest {

    private static Optional<Map<String, String>> read(String arguments) {
        return PlainFlags.ofSidecar(arguments.isEmpty() ? new String[0] : arguments.split(" "));
    }

    @Test
    void noFlags_areNoSettings() {
        assertThat(read("sidecar")).contains(Map.of());
    }

    @Test
    void flags_areSettings_inBothForms() {
        assertThat(
                        read(
                                "sidecar --listen=127.0.0.1:1 --listen unix:/s.sock --endpoint http://far:4318 --config=/etc/s"))
                .contains(Map.of(
                        "sluice.sidecar.listen",
                        "127.0.0.1:1,unix:/s.sock",
                        "otel.exporter.otlp.endpoint",
                        "http://far:4318",
                        "sluice.config.file",
                        "/etc/s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--set=sluice.sidecar.ack=delivery",
                "--set sluice.sidecar.ack=delivery --set=sluice.retry.multiplier=3",
                "--set=sluice.retry.multiplier=2 --set=sluice.retry.multiplier=3",
                "--set=otel.exporter.otlp.headers=a=b,c=d",
                "--set=sluice.sidecar.listen=127.0.0.1:1 --listen=127.0.0.1:2",
                "--set=otel.exporter.otlp.endpoint=http://a --endpoint=http://b",
                "--listen=127.0.0.1:1 --listen=127.0.0.1:2",
            })
    void flags_meanTheSameToTheCommandLine(String flags) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("sidecar", "explain"));
        arguments.addAll(List.of(flags.split(" ")));
        var commandLine = SluiceCommand.commandLine();
        var explain =
                commandLine.getSubcommands().get("sidecar").getSubcommands().get("explain");
        explain.setOut(new PrintWriter(out, true));
        assertThat(commandLine.execute(arguments.toArray(String[]::new))).isZero();

        Map<String, String> plain = read("sidecar " + flags).orElseThrow();

        assertThat(plain).isNotEmpty();
        plain.forEach((key, value) -> {
            String shown = key.endsWith(".headers") ? "a=***,c=***" : value;
            assertThat(out.toString())
                    .containsPattern("(?m)^ *" + java.util.regex.Pattern.quote(key) + " +?= "
                            + java.util.regex.Pattern.quote(shown) + " +\\[command line]");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "config explain",
                "sidecar validate",
                "sidecar --help",
                "sidecar -l 127.0.0.1:1",
                "sidecar --listen",
                "sidecar --listen=",
                "sidecar --listen --endpoint=http://a",
                "sidecar --config @file",
                "sidecar --endpoint=http://a --endpoint=http://b",
                "sidecar --set=sluice.sidecar.ack",
                "sidecar --set==x",
                "sidecar --set=slucie.sidecar.ack=delivery",
                "sidecar --no-such-flag=1",
                "sidecar @flags",
                "sidecar --endpoint=\"http://a\"",
            })
    void whateverIsNotPlain_isLeftToTheCommandLine(String arguments) {
        assertThat(read(arguments)).isEmpty();
    }
}
