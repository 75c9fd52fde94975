package io.sluice.exporter;

/** A kind of telemetry. Each has its own channel, permits and retry state. */
public enum Signal {
    TRACES("traces", "trace", "TraceService"),
    METRICS("metrics", "metrics", "MetricsService"),
    LOGS("logs", "logs", "LogsService");

    private final String key;
    private final String httpPath;
    private final String grpcPath;

    Signal(String key, String grpcPackage, String grpcService) {
        this.key = key;
        this.httpPath = "/v1/" + key;
        this.grpcPath = "/opentelemetry.proto.collector." + grpcPackage + ".v1." + grpcService + "/Export";
    }

    /** The name in settings and accounts. */
    public String key() {
        return key;
    }

    /** The path that OTLP/HTTP appends to a base URL. */
    public String httpPath() {
        return httpPath;
    }

    /** The path of the call that exports it over gRPC: a slash, the service, a slash, the method. */
    public String grpcPath() {
        return grpcPath;
    }
}
