package io.sluice.batching;

import java.time.Duration;

/** Checks of settings whose errors name the setting, its value and what is allowed. */
public final class Allowed {

    private Allowed() {}

    /**
     * Checks what {@code allowed} says.
     *
     * @throws IllegalArgumentException unless {@code holds}
     */
    public static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }

    /**
     * Checks a time that must pass.
     *
     * @throws IllegalArgumentException unless {@code value} is more than zero
     */
    public static void requirePositive(String name, Duration value) {
        require(!value.isNegative() && !value.isZero(), name, value, "more than zero");
    }
}
