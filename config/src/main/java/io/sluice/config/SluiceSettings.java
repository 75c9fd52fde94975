package io.sluice.config;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All settings of a process, validated.
 *
 * @param pipelines one a signal
 * @param flushTimeouts how long a flush may wait before it is told to have failed, one a signal
 * @param workers threads of the runtime, if set
 * @param accountFile where accounts are appended as JSON
 * @param accountLog whether accounts are printed at the end
 * @param figures where the agent's own figures are shown
 * @param sidecar what only the sidecar obeys
 * @param effective every setting with its value and where it came from
 * @param warnings what is allowed but hardly meant, one line each; for whoever starts the process to tell
 */
public record SluiceSettings(
        Map<Signal, PipelineSettings> pipelines,
        Map<Signal, Duration> flushTimeouts,
        OptionalInt workers,
        Optional<Path> accountFile,
        boolean accountLog,
        ShownFigures figures,
        SidecarOptions sidecar,
        List<EffectiveSetting> effective,
        List<String> warnings) {

    public SluiceSettings {
        pipelines = Map.copyOf(pipelines);
        flushTimeouts = Map.copyOf(flushTimeouts);
        requireNonNull(workers, "workers");
        requireNonNull(accountFile, "accountFile");
        requireNonNull(figures, "figures");
        requireNonNull(sidecar, "sidecar");
        effective = List.copyOf(effective);
        warnings = List.copyOf(warnings);
    }

    public PipelineSettings pipeline(Signal signal) {
        return requireNonNull(pipelines.get(signal), "signal");
    }
}
