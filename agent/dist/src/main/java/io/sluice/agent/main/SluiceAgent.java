package io.sluice.agent.main;

import io.opentelemetry.javaagent.OpenTelemetryAgent;
import java.lang.instrument.Instrumentation;

/**
 * Where the JVM enters the agent: {@code -javaagent:sluice-agent.jar}.
 *
 * <p>Hands over to the OpenTelemetry agent that this jar contains, whose SDK finds Sluice through its SPI. Nothing is
 * ever thrown into the application, and a JVM that is too old only gets one line: this package is Java 8 byte code for
 * that reason. The jar is appended to the boot class path by that agent, after which this class would be loaded a second time,
 * so it keeps no state.
 */
public final class SluiceAgent {

    private static final int OLDEST_JAVA = 17;

    private SluiceAgent() {}

    /** Called by the JVM before the application's main. */
    public static void premain(String arguments, Instrumentation instrumentation) {
        try {
            if (isSupportedJava()) {
                warnOfConfigurationFile();
                OpenTelemetryAgent.premain(arguments, instrumentation);
            }
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /** Called by the JVM when the agent is attached to a running application. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        try {
            if (isSupportedJava()) {
                warnOfConfigurationFile();
                OpenTelemetryAgent.agentmain(arguments, instrumentation);
            }
        } catch (Throwable failure) {
            report(failure);
        }
    }

    private static boolean isSupportedJava() {
        String version = System.getProperty("java.specification.version", "");
        if (featureOf(version) >= OLDEST_JAVA) {
            return true;
        }
        System.err.println("sluice: not started: Java " + OLDEST_JAVA + " or newer is needed, this is Java " + version
                + "; the application runs without telemetry");
        return false;
    }

    /** The OpenTelemetry SDK consults no extension when it is configured by a file, so it would export past us silently. */
    private static void warnOfConfigurationFile() {
        String file = System.getProperty("otel.config.file", System.getenv("OTEL_CONFIG_FILE"));
        if (file != null && !file.isEmpty()) {
            System.err.println("sluice: exports nothing: otel.config.file is set (" + file
                    + "), and telemetry goes where that file says");
        }
    }

    /** 17 of "17", 8 of "1.8"; 0 of what is no version. */
    static int featureOf(String specificationVersion) {
        String digits =
                specificationVersion.startsWith("1.") ? specificationVersion.substring(2) : specificationVersion;
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private static void report(Throwable failure) {
        System.err.println("sluice: not started: " + failure + "; the application runs without telemetry");
    }
}
