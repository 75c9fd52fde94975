package io.sluice.config;

/**
 * One setting as it applies.
 *
 * @param value as it was written; secrets are masked
 * @param origin where it came from; {@code default} if nobody set it
 */
public record EffectiveSetting(String name, String value, String origin) {

    @Override
    public String toString() {
        return name + " = " + value + "   (" + origin + ")";
    }
}
