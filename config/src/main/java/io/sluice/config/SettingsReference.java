package io.sluice.config;

import io.sluice.exporter.Signal;
import java.util.Locale;

/** The reference of all settings as a Markdown page, made from the table that they are read by. */
public final class SettingsReference {

    private SettingsReference() {}

    /** The text of {@code docs/settings.md}. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Settings

                Made from the table in `io.sluice.config.Keys`; a test keeps it so. Every setting is a system property
                (`-Dname=value`), an environment variable (the name in capitals, `_` for each dot), or a line of the
                properties file that `sluice.config.file` names, in this order of precedence; flags of the command line
                come before all of them. `./sluice config explain` prints what applies and where it came from. A value
                that is not allowed is an error that names the key, the value, where it came from and what is allowed.
                So is an unknown name that begins with `sluice.`, but for variables of the environment, where others
                may write: there it is a warning.

                | setting | default | allowed | what it does |
                |---|---|---|---|
                """);
        for (SettingKey<?> key : Keys.all()) {
            page.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(key.defaultText())
                    .append(" | ")
                    .append(key.type().allowed())
                    .append(" | ")
                    .append(key.about())
                    .append(" |\n");
        }
        page.append("\nFor one signal alone, with the general setting as the default:\n\n");
        for (SettingKey<?> key : Keys.perSignal()) {
            for (Signal signal : Signal.values()) {
                page.append("- `")
                        .append(Keys.forSignal(key, signal).name())
                        .append('`')
                        .append(key.equals(Keys.ENDPOINT) ? ": the full URL, nothing is appended" : "")
                        .append('\n');
            }
        }
        page.append("""

                Settings of OpenTelemetry that are not listed keep their meaning in the agent, which is the upstream
                agent but for the way out: propagators, samplers, instrumentations.
                """);
        return page.toString();
    }

    /** The settings one a line, with values and origins, for a terminal. */
    public static String explain(SluiceSettings settings) {
        StringBuilder text = new StringBuilder();
        int width = settings.effective().stream()
                .mapToInt(setting -> setting.name().length())
                .max()
                .orElse(0);
        for (EffectiveSetting setting : settings.effective()) {
            text.append(String.format(
                    Locale.ROOT, "%-" + width + "s = %s  [%s]%n", setting.name(), setting.value(), setting.origin()));
        }
        return text.toString();
    }
}
