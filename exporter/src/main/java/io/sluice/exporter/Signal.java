package io.sluice.exporter;

/** A kind of telemetry. Each has its own channel, permits and retry state. */
public enum Signal {
    TRACES("traces"),
    METRICS("metrics"),
    LOGS("logs");

    private final String key;
    private final String httpPath;

    Signal(String key) {
        this.key = key;
        this.httpPath = "/v1/" + key;
    }

    /** The name in settings and accounts. */
    public String key() {
        return key;
    }

    /** The path that OTLP/HTTP appends to a base URL. */
    public String httpPath() {
        return httpPath;
    }
}
