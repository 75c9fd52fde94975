package io.sluice.exporter.transport;

/** What our requests say about who sends them (OTLP exporter specification, User Agent). */
public final class UserAgent {

    private UserAgent() {}

    public static String text() {
        Package ours = UserAgent.class.getPackage();
        String version = ours == null ? null : ours.getImplementationVersion();
        return "Sluice-OTLP-Exporter-Java/" + (version == null ? "unknown" : version);
    }
}
