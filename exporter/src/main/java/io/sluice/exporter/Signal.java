package io.sluice.exporter;

import java.util.List;

/** A kind of telemetry. Each has its own channel, permits and retry state. */
public enum Signal {
    TRACES("traces", "v1", "trace", "TraceService"),
    METRICS("metrics", "v1", "metrics", "MetricsService"),
    LOGS("logs", "v1", "logs", "LogsService"),
    /** In development at OpenTelemetry: nothing here records them, the sidecar passes them on. */
    PROFILES("profiles", "v1development", "profiles", "ProfilesService");

    private static final List<Signal> OF_APPLICATIONS = List.of(TRACES, METRICS, LOGS);

    private final String key;
    private final String httpPath;
    private final String grpcPath;

    Signal(String key, String version, String grpcPackage, String grpcService) {
        this.key = key;
        this.httpPath = "/" + version + "/" + key;
        this.grpcPath = "/opentelemetry.proto.collector." + grpcPackage + "." + version + "." + grpcService + "/Export";
    }

    /** Those that an application's SDK records. */
    public static List<Signal> ofApplications() {
        return OF_APPLICATIONS;
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
