package io.sluice.config;

import static java.util.Objects.requireNonNull;

import io.sluice.config.source.SettingsSource;
import io.sluice.exporter.Signal;
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

    private final List<SettingsSource> sources;
    private final Map<String, EffectiveSetting> effective = new LinkedHashMap<>();
    /** One line each; a setting that several signals share is read, and noted, once. */
    private final Set<String> problems = new LinkedHashSet<>();

    /** One line each, of what is allowed but hardly meant. */
    private final Set<String> warnings = new LinkedHashSet<>();

    SettingsReader(List<SettingsSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /** The value set for {@code key}; empty if nobody set it, or if it is no value, which is then a problem. */
    <T> Optional<T> find(SettingKey<T> key) {
        Optional<String> text = text(key);
        Optional<T> value = text.flatMap(key.type()::parse);
        if (text.isPresent() && value.isEmpty()) {
            problem(key, key.type().allowed());
        }
        return value;
    }

    /** Notes what is set for {@code key}, which somebody else obeys; a value that is none is theirs to refuse. */
    void look(SettingKey<?> key) {
        Optional<String> text = text(key);
        if (text.isPresent() && key.type().parse(text.get()).isEmpty()) {
            warning(key, "allowed: " + key.type().allowed());
        }
    }

    private Optional<String> text(SettingKey<?> key) {
        for (SettingsSource source : sources) {
            String text = source.get(key.name());
            if (text != null) {
                effective.put(
                        key.name(), new EffectiveSetting(key.name(), key.shown(text), source.describe(key.name())));
                return Optional.of(text);
            }
        }
        effective.put(key.name(), new EffectiveSetting(key.name(), key.defaultText(), DEFAULT));
        return Optional.empty();
    }

    /** The value set for {@code key}, or {@code otherwise}. */
    <T> T get(SettingKey<T> key, T otherwise) {
        return find(key).orElse(otherwise);
    }

    /** The value set for {@code signal} alone, else for all signals, else {@code otherwise}. */
    <T> T perSignal(SettingKey<T> general, Signal signal, T otherwise) {
        T common = get(general, otherwise);
        return get(Keys.forSignal(general, signal), common);
    }

    /** Notes what applies in this process where nobody set {@code key} and its default is no fixed value. */
    void computed(SettingKey<?> key, Object value) {
        effective.computeIfPresent(
                key.name(),
                (name, setting) -> setting.origin().equals(DEFAULT)
                        ? new EffectiveSetting(name, value.toString(), DEFAULT)
                        : setting);
    }

    /** Notes that the value of {@code key} is not allowed. */
    void problem(SettingKey<?> key, String allowed) {
        problems.add(described(key) + "; allowed: " + allowed);
    }

    /** Notes that the value of {@code key} is not what applies, and what does. */
    void warning(SettingKey<?> key, String what) {
        warnings.add(described(key) + "; " + what);
    }

    private String described(SettingKey<?> key) {
        EffectiveSetting setting = requireNonNull(effective.get(key.name()), "not read yet");
        return key.name() + " is \"" + setting.value() + "\" (" + setting.origin() + ")";
    }

    /**
     * Notes each setting of ours that is set but does not exist, with the nearest name that does: a problem where only
     * we write such names, a warning elsewhere.
     */
    void checkUnknown(Set<String> known) {
        Set<String> variables = new TreeSet<>();
        known.forEach(name -> variables.add(comparable(name)));
        for (SettingsSource source : sources) {
            for (String key : source.ownKeys()) {
                if (!variables.contains(comparable(key))) {
                    (source.isOurs() ? problems : warnings)
                            .add(key + " (" + source.describe(key) + ") is no setting; did you mean "
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

    /** What is allowed but hardly meant, one line each. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What was read so far, in that order. */
    List<EffectiveSetting> effective() {
        return List.copyOf(effective.values());
    }
}
