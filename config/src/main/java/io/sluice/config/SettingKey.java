package io.sluice.config;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One setting: its name, how it is read, and what people are told about it.
 *
 * @param name the property name; the environment spells it in capitals with underscores
 * @param defaultText what applies if nobody set it, for people; a description where it is not one fixed value
 * @param about what it bounds or chooses, and why the default is what it is
 */
record SettingKey<T>(String name, SettingType<T> type, String defaultText, String about) {

    private static final String MASK = "***";

    /** Of a URL, the part that may be a password; also where the text is no URL otherwise. */
    private static final Pattern USER_INFO = Pattern.compile("//[^/]*@");

    SettingKey {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(defaultText, "defaultText");
        requireNonNull(about, "about");
    }

    /**
     * {@code text} as people may see it. Values of headers are mostly credentials, and what is no {@code name=value} may
     * be a credential whose name is missing, also one that ends in {@code =}.
     */
    String shown(String text) {
        if (name.endsWith(".headers")) {
            return Arrays.stream(text.split(",", -1))
                    .map(pair -> pair.isBlank() ? pair : shownHeader(pair))
                    .collect(Collectors.joining(","));
        }
        return name.endsWith(".endpoint") ? USER_INFO.matcher(text).replaceAll("//" + MASK + "@") : text;
    }

    private static String shownHeader(String pair) {
        int equals = pair.indexOf('=');
        boolean named =
                equals > 0 && SettingType.isHeaderName(pair.substring(0, equals).strip());
        return (named ? pair.substring(0, equals + 1) : "") + MASK;
    }
}
