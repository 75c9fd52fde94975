package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.sluice.exporter.Signal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExporterChoiceTest {

    @Test
    void choice_takesEverySignal_whenNothingIsSet() {
        ExporterChoice choice = choose(Map.of());

        assertThat(choice.own()).containsExactlyInAnyOrder(Signal.TRACES, Signal.METRICS, Signal.LOGS);
        assertThat(choice.overrides())
                .containsOnly(
                        Map.entry("otel.traces.exporter", "none"),
                        Map.entry("otel.metrics.exporter", "none"),
                        Map.entry("otel.logs.exporter", "none"));
    }

    @Test
    void choice_leavesOtherExportersInPlace() {
        ExporterChoice choice = choose(Map.of("otel.traces.exporter", "console,otlp,zipkin"));

        assertThat(choice.own()).contains(Signal.TRACES);
        assertThat(choice.overrides()).containsEntry("otel.traces.exporter", "console,zipkin");
    }

    @Test
    void choice_acceptsOurOwnName() {
        ExporterChoice choice = choose(Map.of("otel.metrics.exporter", "sluice,otlp"));

        assertThat(choice.own()).contains(Signal.METRICS);
        assertThat(choice.overrides()).containsEntry("otel.metrics.exporter", "none");
    }

    @Test
    void choice_leavesSignalAlone_whenUserWantsNoOtlp() {
        ExporterChoice choice = choose(Map.of("otel.traces.exporter", "none", "otel.logs.exporter", "console"));

        assertThat(choice.own()).containsExactly(Signal.METRICS);
        assertThat(choice.overrides()).containsOnlyKeys("otel.metrics.exporter");
    }

    private static ExporterChoice choose(Map<String, String> properties) {
        return ExporterChoice.from(DefaultConfigProperties.createFromMap(properties));
    }
}
