package io.sluice.config;

import static java.util.Objects.requireNonNull;

/**
 * One setting: its name, how it is read, and what people are told about it.
 *
 * @param name the property name; the environment spells it in capitals with underscores
 * @param defaultText what applies if nobody set it, for people; a description where it is not one fixed value
 * @param about what it bounds or chooses, and why the default is what it is
 */
record SettingKey<T>(String name, SettingType<T> type, String defaultText, String about) {

    SettingKey {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(defaultText, "defaultText");
        requireNonNull(about, "about");
    }
}
