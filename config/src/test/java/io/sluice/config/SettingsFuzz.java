package io.sluice.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.source.SettingsSource;
import io.sluice.config.source.SettingsSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any settings load, or are refused with a {@link SettingsException} that says what is wrong and tells no secret.
 *
 * <p>An input is text, one setting a line: {@code key=value}, or {@code number=value} with the number of a key in our
 * table. It is read as properties, as environment variables, and as a file. {@code fuzzerTestOneInput} is what fuzzers
 * call.
 */
public final class SettingsFuzz {

    /** Stands in values of headers only. */
    private static final String SECRET = "s3cr3t";

    /** Names are told: of a setting, and of a header where it is one. */
    private static final Pattern NAMED = Pattern.compile("[=,]\\s*[^\\s=,]*" + SECRET + "[^\\s=,]*\\s*=");

    private static final String HEADERS = Keys.HEADERS.name() + "=";

    private SettingsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Map<String, String> properties = new HashMap<>();
        Map<String, String> variables = new HashMap<>();
        boolean secret = true;
        for (String line : new String(input, UTF_8).split("\n", 200)) {
            secret &= !line.toLowerCase(Locale.ROOT).contains(SECRET)
                    || (line.startsWith(HEADERS) && !NAMED.matcher(line).find());
            int equals = line.indexOf('=');
            if (equals > 0) {
                String key = key(line.substring(0, equals));
                properties.put(key, line.substring(equals + 1));
                variables.put(key.toUpperCase(Locale.ROOT).replace('.', '_'), line.substring(equals + 1));
            }
        }
        load(SettingsSources.map("fuzz", properties), secret);
        load(SettingsSources.environment(variables), secret);
        file(input);
    }

    private static String key(String text) {
        try {
            List<SettingKey<?>> keys = Keys.all();
            return keys.get(Math.floorMod(Integer.parseInt(text), keys.size())).name();
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static void load(SettingsSource source, boolean secret) {
        try {
            SluiceSettings settings = SettingsLoader.load(List.of(new WithoutFile(source)));
            String explained = SettingsReference.explain(settings) + settings.warnings();
            assertThat(secret && explained.contains(SECRET)).isFalse();
        } catch (SettingsException e) {
            assertThat(e.problems()).isNotEmpty().allMatch(problem -> problem.length() > 20);
            assertThat(secret && String.valueOf(e.getMessage()).contains(SECRET))
                    .isFalse();
        }
    }

    private static void file(byte[] input) throws IOException {
        Path file = Files.createTempFile("settings", ".properties");
        try {
            Files.write(file, input);
            load(SettingsSources.file(file), false);
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("cannot read the settings file " + file);
        } finally {
            Files.delete(file);
        }
    }

    /** Does not name a file, which could be any of this machine. */
    private record WithoutFile(SettingsSource source) implements SettingsSource {

        @Override
        public @Nullable String get(String key) {
            return key.equals(Keys.CONFIG_FILE.name()) ? null : source.get(key);
        }

        @Override
        public String describe(String key) {
            return source.describe(key);
        }

        @Override
        public Set<String> ownKeys() {
            return source.ownKeys();
        }

        @Override
        public boolean isOurs() {
            return source.isOurs();
        }
    }
}
