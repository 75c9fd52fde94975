package io.sluice.benchmarks.pipeline;

/** The two ways of OTLP that both sides speak. */
enum Protocol {
    GRPC("gRPC", "grpc"),
    HTTP("HTTP", "http/protobuf");

    private final String label;
    private final String setting;

    Protocol(String label, String setting) {
        this.label = label;
        this.setting = setting;
    }

    String label() {
        return label;
    }

    /** As OpenTelemetry's settings call it. */
    String setting() {
        return setting;
    }
}
