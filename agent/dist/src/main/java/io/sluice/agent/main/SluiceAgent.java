package io.sluice.agent.main;

import io.opentelemetry.javaagent.OpenTelemetryAgent;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

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

    private static final String INSIDE = "inst/";
    private static final String SERVICES = INSIDE + "META-INF/services/io.opentelemetry.sdk.autoconfigure.";

    private SluiceAgent() {}

    /** Called by the JVM before the application's main. */
    public static void premain(String arguments, Instrumentation instrumentation) {
        try {
            if (isSupportedJava() && isComplete()) {
                OpenTelemetryAgent.premain(arguments, instrumentation);
            }
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /** Called by the JVM when the agent is attached to a running application. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        try {
            if (isSupportedJava() && isComplete()) {
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

    /** Whether the SDK will find us in this jar; if not, it would export past us, and nobody would know. */
    private static boolean isComplete() throws IOException, URISyntaxException {
        File file = new File(SluiceAgent.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (ZipFile jar = new ZipFile(file)) {
            return offers(
                            jar,
                            "io.sluice.agent.otel.SluiceCustomizer",
                            SERVICES + "spi.AutoConfigurationCustomizerProvider")
                    && offers(
                            jar,
                            "io.sluice.agent.otel.SluiceModelCustomizer",
                            SERVICES + "declarativeconfig.DeclarativeConfigurationCustomizerProvider");
        }
    }

    private static boolean offers(ZipFile jar, String provider, String services) throws IOException {
        String type = INSIDE + provider.replace('.', '/') + ".classdata";
        if (jar.getEntry(type) == null) {
            return isMissing(jar, type);
        }
        ZipEntry list = jar.getEntry(services);
        if (list == null) {
            return isMissing(jar, services);
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(jar.getInputStream(list), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.trim().equals(provider)) {
                    return true;
                }
            }
        }
        return isMissing(jar, provider + " in " + services);
    }

    private static boolean isMissing(ZipFile jar, String what) {
        System.err.println("sluice: not started: " + jar.getName() + " is not whole, it lacks " + what
                + "; the application runs without telemetry");
        return false;
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
