package io.sluice.exporter;

/** A kind of telemetry. Each has its own channel, permits and retry state. */
public enum Signal {
    TRACES("/v1/traces"),
    METRICS("/v1/metrics"),
    LOGS("/v1/logs");

    private final String httpPath;

    Signal(String httpPath) {
        this.httpPath = httpPath;
    }

    /** The path that OTLP/HTTP appends to a base URL. */
    public String httpPath() {
        return httpPath;
    }
}
