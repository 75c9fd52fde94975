package io.sluice.benchmarks.agent;

import java.nio.file.Path;
import java.util.List;

/** What the application runs under. */
enum Variant {
    NO_AGENT("no agent"),
    SLUICE("Sluice"),
    UPSTREAM("OpenTelemetry");

    private final String label;

    Variant(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    boolean hasAgent() {
        return this != NO_AGENT;
    }

    /** What this asks of the JVM, in the project at {@code home}. */
    List<String> jvmOptions(Path home) {
        return switch (this) {
            case NO_AGENT -> List.of();
            case SLUICE -> List.of("-javaagent:" + home.resolve("agent/dist/target/sluice-agent.jar"));
            case UPSTREAM ->
                List.of("-javaagent:" + home.resolve("applications/target/servers/opentelemetry-javaagent.jar"));
        };
    }
}
