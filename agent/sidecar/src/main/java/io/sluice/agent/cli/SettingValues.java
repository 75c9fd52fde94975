package io.sluice.agent.cli;

import io.sluice.config.SettingsException;
import io.sluice.config.SettingsLoader;
import io.sluice.config.SluiceSettings;
import io.sluice.config.source.SettingsSources;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings from the command line, by property, however the flags were read. */
final class SettingValues {

    static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    static final String FILE = "sluice.config.file";

    private static final String LISTEN = "sluice.sidecar.listen";

    private SettingValues() {}

    /** Whether it could be a setting's, from its first letters. */
    static boolean isName(String key) {
        return key.startsWith("otel.") || key.startsWith("sluice.");
    }

    /**
     * One map of them.
     *
     * @param others of {@code --set}
     * @param listen of {@code --listen}, each
     * @param named of flags that stand for one setting, which come before {@code --set}
     */
    static Map<String, String> of(Map<String, String> others, List<String> listen, Map<String, String> named) {
        Map<String, String> values = new LinkedHashMap<>(others);
        if (!listen.isEmpty()) {
            values.put(LISTEN, String.join(",", listen));
        }
        values.putAll(named);
        return values;
    }

    /**
     * The settings of this process with these before everything else. Warnings are told.
     *
     * @throws SettingsException if any of them is wrong
     */
    static SluiceSettings load(Map<String, String> values, PrintWriter err) {
        SluiceSettings settings = SettingsLoader.load(SettingsSources.map("command line", values));
        settings.warnings().forEach(line -> err.println("sluice: warning: " + line));
        return settings;
    }
}
