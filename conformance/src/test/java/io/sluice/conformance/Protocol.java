package io.sluice.conformance;

/** How OTLP travels. */
enum Protocol {
    HTTP("http/protobuf"),
    GRPC("grpc");

    /** The value of {@code otel.exporter.otlp.protocol}. */
    final String setting;

    Protocol(String setting) {
        this.setting = setting;
    }

    @Override
    public String toString() {
        return this == HTTP ? "HTTP" : "gRPC";
    }
}
