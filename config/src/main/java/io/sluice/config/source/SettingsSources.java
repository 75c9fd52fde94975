package io.sluice.config.source;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The sources there are. The only place of this project that reads the process's properties and environment. */
public final class SettingsSources {

    private SettingsSources() {}

    /** The system properties as they are now. */
    public static SettingsSource systemProperties() {
        return new MapSource(texts(System.getProperties()), key -> "system property -D" + key);
    }

    /** The environment of this process. */
    public static SettingsSource environment() {
        return environment(System.getenv());
    }

    /** An environment given as a map of variables. */
    public static SettingsSource environment(Map<String, String> variables) {
        return new EnvironmentSource(variables);
    }

    /**
     * A properties file.
     *
     * @throws IOException if it cannot be read; the message names it
     */
    public static SettingsSource file(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("cannot read the settings file " + file + ": " + e, e);
        }
        return new MapSource(texts(properties), key -> "file " + file);
    }

    /**
     * Settings that somebody else has collected: command line flags, or the SDK's own properties.
     *
     * @param description where they come from, for people
     */
    public static SettingsSource map(String description, Map<String, String> values) {
        return new MapSource(values, key -> description);
    }

    /** Of {@code source}, only what begins with {@code sluice.}: where somebody else's file says the rest. */
    public static SettingsSource onlyOurs(SettingsSource source) {
        return new OursOnly(source);
    }

    private static Map<String, String> texts(Properties properties) {
        Map<String, String> texts = new HashMap<>();
        for (String name : properties.stringPropertyNames()) {
            texts.put(name, properties.getProperty(name));
        }
        return texts;
    }
}
