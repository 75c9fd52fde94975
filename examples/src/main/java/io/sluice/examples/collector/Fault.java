package io.sluice.examples.collector;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the collector does wrong on purpose. */
enum Fault {
    /** Nothing. */
    NONE,
    /** Answers success and forgets the spans of the first, fourth, seventh ... batch. */
    DROP,
    /** Answers 200 ms late. */
    SLOW,
    /** Answers the first three requests of each signal with 429 and Retry-After. */
    BUSY,
    /** Closes the connection on the first three requests of each signal, without an answer. */
    DOWN;

    static final long SLOW_MILLIS = 200;
    static final int BUSY_SECONDS = 1;
    static final int REFUSED_REQUESTS = 3;
    private static final int DROP_EVERY = 3;

    /** As it is written in {@code --fault=}. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The fault of this key; {@code 429} is another name of {@code busy}.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    static Fault of(String key) {
        return Arrays.stream(values())
                .filter(fault -> fault.key().equals(key) || (fault == BUSY && key.equals("429")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--fault=" + key + " is none of "
                        + Arrays.stream(values()).map(Fault::key).collect(Collectors.joining(", "))));
    }

    /** Whether the request that comes as number {@code earlier} of its signal, from 0, is turned away. */
    boolean refuses(long earlier) {
        return (this == BUSY || this == DOWN) && earlier < REFUSED_REQUESTS;
    }

    /** Whether the spans of batch number {@code earlier}, from 0, are forgotten. */
    boolean forgets(long earlier) {
        return this == DROP && earlier % DROP_EVERY == 0;
    }
}
