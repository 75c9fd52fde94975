package io.sluice.agent.otel;

/** How OTLP is spoken. */
public enum OtlpProtocol {
    /** HTTP/1.1 with protobuf bodies. */
    HTTP_PROTOBUF("http/protobuf"),
    GRPC("grpc");

    private final String setting;

    OtlpProtocol(String setting) {
        this.setting = setting;
    }

    /** As {@code otel.exporter.otlp.protocol} names it. */
    String setting() {
        return setting;
    }
}
