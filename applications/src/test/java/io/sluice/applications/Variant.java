package io.sluice.applications;

import java.nio.file.Path;
import java.util.List;

/** What an application runs under. */
enum Variant {
    NO_AGENT,
    SLUICE,
    UPSTREAM;

    /** What this asks of the JVM. */
    List<String> jvmOptions() {
        return switch (this) {
            case NO_AGENT -> List.of();
            case SLUICE -> List.of("-javaagent:" + Path.of(System.getProperty("sluice.test.agentJar")));
            case UPSTREAM -> List.of("-javaagent:" + Application.server("opentelemetry-javaagent.jar"));
        };
    }
}
