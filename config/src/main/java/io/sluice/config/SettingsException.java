package io.sluice.config;

import java.util.List;

/** Everything that is wrong with the settings, one line each: key, value, where it came from, what is allowed. */
public final class SettingsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    SettingsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    @SuppressWarnings("NonSerializableField")
    public List<String> problems() {
        return problems;
    }
}
