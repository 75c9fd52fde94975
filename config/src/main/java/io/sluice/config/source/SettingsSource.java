package io.sluice.config.source;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One place where settings come from. Keys are property names, {@code otel.exporter.otlp.endpoint}; a source that spells
 * them otherwise, as the environment does, translates. Immutable; any thread.
 */
public interface SettingsSource {

    /** The text set for {@code key}; null if this source does not set it. An empty text counts as not set. */
    @Nullable
    String get(String key);

    /** Where the value of {@code key} stands, for people: {@code environment variable OTEL_BSP_SCHEDULE_DELAY}. */
    String describe(String key);

    /** Names of this source's settings that begin with {@code sluice.}, as property names as far as that can be told. */
    Set<String> ownKeys();

    /**
     * Whether only Sluice writes names that begin with {@code sluice.} here, so that an unknown one is a mistake and not
     * perhaps somebody else's.
     */
    default boolean isOurs() {
        return true;
    }
}
