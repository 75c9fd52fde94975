package io.sluice.benchmarks.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A JVM and its collector.
 *
 * @param javaHome of a JDK: {@code jcmd} is needed
 * @param feature its version, such as 17
 * @param collector G1, Serial or ZGC
 */
record Platform(Path javaHome, String feature, String collector) {

    /** Reads the version from the JDK itself. */
    static Platform of(Path javaHome, String collector) throws IOException {
        if (!List.of("G1", "Serial", "ZGC").contains(collector)) {
            throw new IllegalArgumentException("--gc is " + collector + "; allowed are G1, Serial and ZGC");
        }
        Path release = javaHome.resolve("release");
        if (!Files.isExecutable(javaHome.resolve("bin/jcmd")) || !Files.exists(release)) {
            throw new IllegalArgumentException("--java is " + javaHome + ", which is no JDK");
        }
        try (BufferedReader lines = Files.newBufferedReader(release)) {
            String feature = lines.lines()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9]*([0-9]+).*", "$1"))
                    .findFirst()
                    .orElse("?");
            return new Platform(javaHome, feature, collector);
        }
    }

    String label() {
        return "Java " + feature + ", " + collector;
    }

    String program(String name) {
        return javaHome.resolve("bin").resolve(name).toString();
    }

    List<String> jvmOptions() {
        return List.of(
                "-Xmx512m", "-XX:+Use" + (collector.equals("G1") ? "G1GC" : collector.replace("Serial", "SerialGC")));
    }

    /** For file names. */
    String id() {
        return (feature + "-" + collector).toLowerCase(Locale.ROOT);
    }
}
