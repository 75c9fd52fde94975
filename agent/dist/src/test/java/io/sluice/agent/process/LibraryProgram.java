package io.sluice.agent.process;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/**
 * A program that has OpenTelemetry itself: {@code LibraryProgram <origin> <spans>}. It prints the id of each span that it
 * ended and returns from main.
 */
public final class LibraryProgram {

    /** Where the program has its OpenTelemetry from. */
    enum Origin {
        /** From an agent. */
        AGENT,
        /** From the SDK's autoconfiguration. */
        AUTOCONFIGURED,
        /** From {@link SdkByHand}, which the program closes itself. */
        HAND
    }

    private LibraryProgram() {}

    public static void main(String[] arguments) {
        OpenTelemetry telemetry = switch (Origin.valueOf(arguments[0])) {
            case AGENT -> GlobalOpenTelemetry.get();
            case AUTOCONFIGURED -> AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
            case HAND -> SdkByHand.make(System.getProperty("test.endpoint"));
        };
        emit(telemetry, Integer.parseInt(arguments[1]));
        if (arguments[0].equals(Origin.HAND.name())) {
            SdkByHand.close(telemetry);
        }
    }

    private static void emit(OpenTelemetry telemetry, int spans) {
        Tracer tracer = telemetry.getTracer("library");
        for (int i = 0; i < spans; i++) {
            Span span = tracer.spanBuilder("work").startSpan();
            span.end();
            System.out.println("span " + span.getSpanContext().getSpanId());
        }
        telemetry.getMeter("library").counterBuilder("host.counter").build().add(1);
        telemetry
                .getLogsBridge()
                .get("library")
                .logRecordBuilder()
                .setBody("host says hello")
                .emit();
    }
}
