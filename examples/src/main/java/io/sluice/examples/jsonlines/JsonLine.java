package io.sluice.examples.jsonlines;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A JSON object of texts, whole numbers, booleans and objects of the same; no arrays, fractions or nulls.
 *
 * <p>Enough for accounts and reports, and strict within that: whatever else stands in a line is an error.
 *
 * @param fields by name, in the order of the line; values are {@code String}, {@code Long}, {@code Boolean} or {@code JsonLine}
 */
public record JsonLine(Map<String, Object> fields) {

    public JsonLine {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** An object of names and values in turn. */
    public static JsonLine of(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new JsonLine(fields);
    }

    /**
     * Reads one line.
     *
     * @throws IllegalArgumentException saying what was expected and where
     */
    public static JsonLine parse(String line) {
        return new JsonLineReader(line).read();
    }

    /**
     * The text under this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public String text(String name) {
        return field(name, String.class);
    }

    /**
     * The number under this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public long number(String name) {
        return field(name, Long.class);
    }

    /**
     * The truth value under this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public boolean truth(String name) {
        return field(name, Boolean.class);
    }

    /**
     * The object of numbers under this name.
     *
     * @throws IllegalArgumentException if there is none, or something else in it
     */
    public Map<String, Long> numbers(String name) {
        JsonLine object = field(name, JsonLine.class);
        Map<String, Long> numbers = new LinkedHashMap<>();
        object.fields.keySet().forEach(key -> numbers.put(key, object.number(key)));
        return numbers;
    }

    private <T> T field(String name, Class<T> type) {
        Object value = fields.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is " + value + ", not a " + type.getSimpleName() + ", in " + this);
        }
        return type.cast(value);
    }

    /** The line, without a line end. */
    @Override
    public String toString() {
        return fields.entrySet().stream()
                .map(field -> quote(field.getKey()) + ":"
                        + (field.getValue() instanceof String text ? quote(text) : field.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
