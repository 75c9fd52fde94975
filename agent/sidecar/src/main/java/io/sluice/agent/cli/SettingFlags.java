package io.sluice.agent.cli;

import io.sluice.config.SluiceSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags that stand for settings, shared by the commands that read them. */
final class SettingFlags {

    @Option(
            names = {"-l", "--listen"},
            paramLabel = "ADDRESS",
            description = "Where to take OTLP: host:port or unix:/path/to.sock; may be repeated"
                    + " (sluice.sidecar.listen; default 127.0.0.1:4317 and 127.0.0.1:4318).")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = {"-e", "--endpoint"},
            paramLabel = "URL",
            description = "Where to send it (otel.exporter.otlp.endpoint).")
    private @Nullable String endpoint;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A properties file with settings (sluice.config.file).")
    private @Nullable String file;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "Any setting by its property name; may be repeated.")
    private Map<String, String> others = new LinkedHashMap<>();

    /**
     * The settings of this process with these flags before everything else. Warnings are told on standard error.
     *
     * @throws ParameterException if a flag names nothing that could be a setting
     */
    SluiceSettings load(CommandLine commandLine) {
        for (String key : others.keySet()) {
            if (!SettingValues.isName(key)) {
                throw new ParameterException(
                        commandLine, "--set " + key + ": names of settings begin with otel. or sluice.");
            }
        }
        Map<String, String> named = new LinkedHashMap<>();
        put(named, SettingValues.ENDPOINT, endpoint);
        put(named, SettingValues.FILE, file);
        return SettingValues.load(SettingValues.of(others, listen, named), commandLine.getErr());
    }

    private static void put(Map<String, String> values, String key, @Nullable String value) {
        if (value != null) {
            values.put(key, value);
        }
    }
}
