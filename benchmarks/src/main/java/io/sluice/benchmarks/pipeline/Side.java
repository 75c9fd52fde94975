package io.sluice.benchmarks.pipeline;

/** Whose pipeline stands behind the SDK. */
enum Side {
    SLUICE("Sluice"),
    UPSTREAM("OpenTelemetry Java"),
    /** A processor that does nothing: what the SDK costs by itself. */
    SDK_ALONE("SDK alone");

    private final String label;

    Side(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
