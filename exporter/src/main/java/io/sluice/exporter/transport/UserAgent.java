package io.sluice.exporter.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What our requests say about who sends them (OTLP exporter specification, User Agent). */
public final class UserAgent {

    private UserAgent() {}

    public static String text() {
        return "Sluice-OTLP-Exporter-Java/" + version();
    }

    /** Not from the jar's manifest: the OpenTelemetry agent loads extensions without theirs. */
    private static String version() {
        try (InputStream in = UserAgent.class.getResourceAsStream("version.txt")) {
            return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
