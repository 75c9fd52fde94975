package io.sluice.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the pipelines' own figures are shown while they run.
 *
 * @param asMetrics whether they leave as metrics
 * @param beansAfter how long after the start they are seen over JMX; empty for never
 * @param lineEach the time between two lines of them; empty for none
 * @param ofRuntime whether the runtime below them is seen over JMX
 */
public record ShownFigures(
        boolean asMetrics, Optional<Duration> beansAfter, Optional<Duration> lineEach, boolean ofRuntime) {

    /** Nowhere. */
    public static final ShownFigures NOWHERE = new ShownFigures(false, Optional.empty(), Optional.empty(), false);

    public ShownFigures {
        requireNonNull(beansAfter, "beansAfter");
        requireNonNull(lineEach, "lineEach");
    }
}
