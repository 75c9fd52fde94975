package io.sluice.conformance;

/** Whose exporter stands behind the SDK. */
enum Product {
    SLUICE("Sluice"),
    OPENTELEMETRY("OpenTelemetry Java " + System.getProperty("conformance.upstream", "?"));

    private final String title;

    Product(String title) {
        this.title = title;
    }

    @Override
    public String toString() {
        return title;
    }
}
