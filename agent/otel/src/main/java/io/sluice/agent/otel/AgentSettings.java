package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.config.SettingsException;
import io.sluice.config.SettingsLoader;
import io.sluice.config.ShownFigures;
import io.sluice.config.SluiceSettings;
import io.sluice.config.source.SettingsSource;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the pipelines of one SDK obey.
 *
 * @param signals the signals that are exported, one at least
 * @param flushTimeouts how long a flush may wait, for each signal
 * @param workerThreads threads that poll tasks; at least 1
 * @param accountLines whether each signal's account is told at the end, a line on standard error
 * @param accountFile where each signal's account is appended at the end, a line of JSON
 * @param figures where the pipelines' own figures are shown
 */
record AgentSettings(
        Map<Signal, PipelineSettings> signals,
        Map<Signal, Duration> flushTimeouts,
        int workerThreads,
        boolean accountLines,
        Optional<Path> accountFile,
        ShownFigures figures) {

    /** One carries the agent, at half the CPU of two. */
    private static final int DEFAULT_WORKERS = 1;

    AgentSettings {
        signals = Map.copyOf(signals);
        flushTimeouts = Map.copyOf(flushTimeouts);
        requireNonNull(accountFile, "accountFile");
        requireNonNull(figures, "figures");
    }

    /**
     * Reads the settings of {@code signals}: earlier sources before later ones.
     *
     * @throws SettingsException naming everything that is wrong
     */
    static AgentSettings load(List<SettingsSource> sources, Set<Signal> signals) {
        SluiceSettings settings = SettingsLoader.load(sources);
        settings.warnings().forEach(Diagnostics::print);
        Map<Signal, PipelineSettings> exported = new EnumMap<>(Signal.class);
        signals.forEach(signal -> exported.put(signal, settings.pipeline(signal)));
        return new AgentSettings(
                exported,
                settings.flushTimeouts(),
                settings.workers().orElse(DEFAULT_WORKERS),
                settings.accountLog(),
                settings.accountFile(),
                settings.figures());
    }

    Duration flushTimeout(Signal signal) {
        return requireNonNull(flushTimeouts.get(signal), "signal");
    }

    /** The longest of the signals' drains: all of them share one deadline. */
    Duration drainTimeout() {
        return signals.values().stream()
                .map(signal -> signal.batch().drainTimeout())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
