package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.sluice.config.source.SettingsSource;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Signal;
import io.sluice.runtime.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One signal's pipeline behind a processor or reader of the SDK's own. It has a runtime of its own, because nothing tells
 * which other signals the SDK will ask for.
 */
final class FallbackExport {

    private final ConfigProperties properties;
    private final Takeover.Opening opening;
    private final Sluiceway way;

    FallbackExport(ConfigProperties properties, Takeover.Opening opening) {
        this.properties = requireNonNull(properties, "properties");
        this.opening = requireNonNull(opening, "opening");
        this.way = new Sluiceway(Clock.system(), Diagnostics::notStarted, bug -> Diagnostics.uncaught("exporter", bug));
    }

    static FallbackExport of(ConfigProperties properties) {
        return new FallbackExport(properties, Pipelines::open);
    }

    SpanOutlet spans() {
        SpanOutlet outlet = new SpanOutlet(way.spanInlet());
        start(Signal.TRACES, Optional.empty());
        return outlet;
    }

    LogRecordOutlet logs() {
        LogRecordOutlet outlet = new LogRecordOutlet(way.logInlet());
        start(Signal.LOGS, Optional.empty());
        return outlet;
    }

    /** @throws io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException if a preference is wrong; the SDK tells it */
    MetricOutlet metrics() {
        MetricInlet inlet = way.metricInlet(MetricPreferences.from(properties));
        MetricOutlet outlet = new MetricOutlet(inlet);
        start(Signal.METRICS, Optional.of(inlet));
        return outlet;
    }

    private void start(Signal signal, Optional<MetricInlet> metrics) {
        List<SettingsSource> sources = List.of(
                SettingsSources.systemProperties(), SettingsSources.environment(), new SdkProperties(properties));
        way.start(() -> opening.open(sources, Set.of(signal), metrics));
    }
}
