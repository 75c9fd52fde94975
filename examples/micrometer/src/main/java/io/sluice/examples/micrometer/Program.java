package io.sluice.examples.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.instrumentation.micrometer.v1_5.OpenTelemetryMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;

/**
 * Counts five orders with Micrometer: {@code Program bridge} through the SDK, which Sluice exports; {@code Program
 * registry URL} with Micrometer's own OTLP registry, to a sidecar for example.
 */
public final class Program {

    private Program() {}

    public static void main(String[] arguments) {
        if (arguments[0].equals("bridge")) {
            OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
            MeterRegistry registry = OpenTelemetryMeterRegistry.create(sdk);
            count(registry);
            registry.close();
            sdk.close();
        } else {
            Map<String, String> settings = Map.of("otlp.url", arguments[1], "otlp.step", "1h");
            OtlpConfig config = settings::get;
            MeterRegistry registry = new OtlpMeterRegistry(config, Clock.SYSTEM);
            count(registry);
            registry.close();
        }
    }

    private static void count(MeterRegistry registry) {
        Counter orders = Counter.builder("shop.orders").register(registry);
        for (int i = 0; i < 5; i++) {
            orders.increment();
        }
    }
}
