package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.sluice.config.source.SettingsSource;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Signal;
import io.sluice.runtime.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What Sluice takes over from one SDK that is being configured.
 *
 * <p>Whatever fails is told in one line and leaves the application without telemetry of the signals concerned: nothing
 * is thrown, and the exporter lists stay as {@link #overrides} says. The SDK's configuring thread only.
 */
final class Takeover {

    /** Builds the pipelines of an SDK; called on the starting thread. */
    @FunctionalInterface
    interface Opening {

        /**
         * Builds them.
         *
         * @param sources of settings, earlier ones first
         * @param metrics where metrics are collected, if there are any
         */
        Outlets open(List<SettingsSource> sources, Set<Signal> signals, Optional<MetricInlet> metrics) throws Exception;
    }

    private final Opening opening;
    private final Consumer<String> diagnostics;
    private ExporterChoice choice = ExporterChoice.none();
    private MetricPreferences metricPreferences = MetricPreferences.defaults();
    private final Set<Signal> taken = EnumSet.noneOf(Signal.class);
    private @Nullable ConfigProperties properties;
    private @Nullable Sluiceway way;
    private Optional<MetricInlet> metrics = Optional.empty();
    private @Nullable Object builder;
    private @Nullable AgentEnding ending;

    /** @param diagnostics takes lines for people */
    Takeover(Opening opening, Consumer<String> diagnostics) {
        this.opening = requireNonNull(opening, "opening");
        this.diagnostics = requireNonNull(diagnostics, "diagnostics");
    }

    /** Runs a step of the configuration; what it throws is told. */
    void shielded(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) {
            tell(failure);
        }
    }

    /** Reads the SDK's settings; returns those that take the place of the user's. */
    Map<String, String> overrides(ConfigProperties sdkProperties) {
        properties = sdkProperties;
        try {
            choice = ExporterChoice.from(sdkProperties);
            metricPreferences = MetricPreferences.from(sdkProperties);
        } catch (Throwable failure) {
            choice = choice.ownNothing();
            tell(failure);
        }
        return choice.overrides();
    }

    void spans(Consumer<? super SpanInlet> registration) {
        register(Signal.TRACES, () -> way().spanInlet(), registration);
    }

    void logs(Consumer<? super LogInlet> registration) {
        register(Signal.LOGS, () -> way().logInlet(), registration);
    }

    void metrics(Consumer<? super MetricInlet> registration) {
        register(Signal.METRICS, () -> way().metricInlet(metricPreferences), inlet -> {
            metrics = Optional.of(inlet);
            registration.accept(inlet);
        });
    }

    private <I> void register(Signal signal, Supplier<I> inlet, Consumer<? super I> registration) {
        if (choice.own().contains(signal)) {
            try {
                registration.accept(inlet.get());
                taken.add(signal);
            } catch (Throwable failure) {
                tell(failure);
            }
        }
    }

    private Sluiceway way() {
        Sluiceway current = way;
        if (current == null) {
            current = new Sluiceway(Clock.system(), this::tell, bug -> Diagnostics.uncaught("inlet", bug));
            way = current;
        }
        return current;
    }

    /** Starts the pipelines in the background, if any inlet was registered. */
    void start() {
        Sluiceway current = way;
        ConfigProperties sdkProperties = properties;
        if (current == null || sdkProperties == null || taken.isEmpty()) {
            return;
        }
        Object configured = builder;
        try {
            if (configured != null) {
                ending = LateHook.find()
                        .map(late -> AgentEnding.takeOver(configured, current, late::register))
                        .orElse(null);
            }
            Set<Signal> signals = EnumSet.copyOf(taken);
            Optional<MetricInlet> metricInlet = metrics;
            List<SettingsSource> sources = List.of(
                    SettingsSources.systemProperties(),
                    SettingsSources.environment(),
                    new SdkProperties(sdkProperties));
            current.start(() -> opening.open(sources, signals, metricInlet));
        } catch (Throwable failure) {
            tell(failure);
        }
    }

    /** Notes what is being configured: in an agent, it ends when all else has. */
    void endOf(Object sdkBuilder) {
        builder = sdkBuilder;
    }

    /** Lets the pipelines' own figures leave with the SDK's metrics, and ends it when it is to end. */
    void complete(OpenTelemetrySdk sdk) {
        Sluiceway current = way;
        if (current != null) {
            current.shield().run(() -> current.observe(sdk.getMeterProvider()));
        }
        AgentEnding last = ending;
        if (last != null) {
            shielded(() -> last.of(sdk));
        }
    }

    private void tell(Throwable failure) {
        diagnostics.accept(Diagnostics.notStartedLine(failure));
    }
}
