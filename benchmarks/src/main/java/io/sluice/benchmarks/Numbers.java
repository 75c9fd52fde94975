package io.sluice.benchmarks;

import java.util.HashMap;
import java.util.Map;

/** The numbers of an answer of the form {@code word name value name value ...}. */
public final class Numbers {

    private final String answer;
    private final Map<String, Long> values = new HashMap<>();

    public Numbers(String answer) {
        this.answer = answer;
        String[] words = answer.split(" ", -1);
        for (int i = words.length % 2; i < words.length; i += 2) {
            values.put(words[i], Long.parseLong(words[i + 1]));
        }
    }

    public long get(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("no " + name + " in: " + answer);
        }
        return value;
    }
}
