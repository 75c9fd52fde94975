package io.sluice.config;

import io.sluice.config.source.SettingsSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads settings from several sources, the first that sets a key wins, and keeps what was read and what was wrong, so
 * that all problems can be reported at once. One thread.
 */
final class SettingsReader {

    private static final String DEFAULT = "default";
    private static final String MASK = "***";

    private final List<SettingsSource> sources;
    private final Map<String, EffectiveSetting> effective = new LinkedHashMap<>();
    /** One line each; a setting that several signals share is read, and noted, once. */
    private final Set<String> problems = new LinkedHashSet<>();

    SettingsReader(List<SettingsSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /** The value set for {@code key}; empty if nobody set it, or if it is no value, which is then a problem. */
    <T> Optional<T> find(SettingKey<T> key) {
        for (SettingsSource source : sources) {
            String text = source.get(key.name());
            if (text != null) {
                return parse(key, text, source);
            }
        }
        effective.put(key.name(), new EffectiveSetting(key.name(), key.defaultText(), DEFAULT));
        return Optional.empty();
    }

    private <T> Optional<T> parse(SettingKey<T> key, String text, SettingsSource source) {
        String origin = source.describe(key.name());
        effective.put(key.name(), new EffectiveSetting(key.name(), shown(key, text), origin));
        try {
            return Optional.of(key.type().parser().apply(text));
        } catch (IllegalArgumentException | ArithmeticException e) {
            problem(key, key.type().allowed());
            return Optional.empty();
        }
    }

    /** Header values are mostly credentials, and so is what stands before the host of a URL. */
    private static String shown(SettingKey<?> key, String text) {
        if (!key.name().endsWith(".headers")) {
            return text.replaceAll("//[^/]*@", "//" + MASK + "@");
        }
        boolean wellFormed = text.matches("[^=,]+=[^,]*(,[^=,]+=[^,]*)*");
        return wellFormed ? text.replaceAll("=[^,]*", "=" + MASK) : MASK;
    }

    /** The value set for {@code key}, or {@code otherwise}. */
    <T> T get(SettingKey<T> key, T otherwise) {
        return find(key).orElse(otherwise);
    }

    /** Notes that the value of {@code key} is not allowed. */
    void problem(SettingKey<?> key, String allowed) {
        EffectiveSetting setting = effective.get(key.name());
        if (setting != null) {
            problems.add(
                    key.name() + " is \"" + setting.value() + "\" (" + setting.origin() + "); allowed: " + allowed);
        }
    }

    /** Notes each setting of ours that is set but does not exist, with the nearest name that does. */
    void checkUnknown(Set<String> known) {
        Set<String> variables = new TreeSet<>();
        known.forEach(name -> variables.add(comparable(name)));
        for (SettingsSource source : sources) {
            for (String key : source.ownKeys()) {
                if (!variables.contains(comparable(key))) {
                    problems.add(key + " (" + source.describe(key) + ") is no setting; did you mean "
                            + Nearest.to(key, known) + "?");
                }
            }
        }
    }

    private static String comparable(String key) {
        return key.replace('.', '_').replace('-', '_');
    }

    /** @throws SettingsException if there was any problem */
    void throwIfProblems() {
        if (!problems.isEmpty()) {
            throw new SettingsException(List.copyOf(problems));
        }
    }

    /** What was read so far, in that order. */
    List<EffectiveSetting> effective() {
        return List.copyOf(effective.values());
    }
}
