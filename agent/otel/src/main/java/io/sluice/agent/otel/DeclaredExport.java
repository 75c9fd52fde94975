package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.config.source.SettingsSource;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Signal;
import io.sluice.runtime.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one configuration file lets Sluice export: at most one pipeline a signal, all on one runtime, which starts when
 * the SDK has asked for the last of them.
 *
 * <p>The SDK reads its file in two places that know nothing of each other: where the model is changed, and where
 * components are made. So the former leaves an export here under a key, and the latter takes its part by that key.
 */
final class DeclaredExport {

    /** Any thread. Those whose parts were not all taken: of SDKs that are being built, or could not be. */
    private static final Map<String, DeclaredExport> PENDING = new ConcurrentHashMap<>();

    private final String key = UUID.randomUUID().toString();
    private final Takeover.Opening opening;
    private final Consumer<String> diagnostics;
    private final Sluiceway way;

    /** Guarded by this. */
    private final Map<String, String> settings = new TreeMap<>();

    /** Guarded by this. */
    private final Set<Signal> declared = EnumSet.noneOf(Signal.class);

    /** Guarded by this. */
    private final Set<Signal> taken = EnumSet.noneOf(Signal.class);

    /** Guarded by this. */
    private @Nullable MetricInlet metrics;

    DeclaredExport(Takeover.Opening opening, Consumer<String> diagnostics) {
        this.opening = requireNonNull(opening, "opening");
        this.diagnostics = requireNonNull(diagnostics, "diagnostics");
        this.way = new Sluiceway(Clock.system(), this::tell, bug -> Diagnostics.uncaught("inlet", bug));
        PENDING.put(key, this);
    }

    /** The one that {@code key} stands for; a part of it is still to be taken. */
    static Optional<DeclaredExport> pending(@Nullable String key) {
        return key == null ? Optional.empty() : Optional.ofNullable(PENDING.get(key));
    }

    /** What to find it by. */
    String key() {
        return key;
    }

    Sluiceway way() {
        return way;
    }

    /** Adds a signal; false if it has one of that kind. */
    synchronized boolean declare(Signal signal, Map<String, String> signalSettings) {
        if (!declared.add(signal)) {
            return false;
        }
        settings.putAll(signalSettings);
        return true;
    }

    SpanInlet spans() {
        return take(Signal.TRACES, way::spanInlet);
    }

    LogInlet logs() {
        return take(Signal.LOGS, way::logInlet);
    }

    MetricInlet metrics() {
        return take(Signal.METRICS, () -> {
            MetricInlet inlet = way.metricInlet(preferences());
            metrics = inlet;
            return inlet;
        });
    }

    private MetricPreferences preferences() {
        try {
            return MetricPreferences.declared(settings);
        } catch (RuntimeException | LinkageError failure) {
            tell(failure);
            return MetricPreferences.defaults();
        }
    }

    private synchronized <I> I take(Signal signal, Supplier<I> inlet) {
        I made = inlet.get();
        taken.add(signal);
        if (taken.containsAll(declared)) {
            PENDING.remove(key);
            start();
        }
        return made;
    }

    /** Caller holds the lock. */
    private void start() {
        Set<Signal> signals = EnumSet.copyOf(taken);
        Optional<MetricInlet> metricInlet = Optional.ofNullable(metrics);
        List<SettingsSource> sources = List.of(
                SettingsSources.map("the OpenTelemetry configuration file", settings),
                SettingsSources.onlyOurs(SettingsSources.systemProperties()),
                SettingsSources.onlyOurs(SettingsSources.environment()));
        way.start(() -> opening.open(sources, signals, metricInlet));
    }

    private void tell(Throwable failure) {
        diagnostics.accept(Diagnostics.notStartedLine(failure));
    }
}
