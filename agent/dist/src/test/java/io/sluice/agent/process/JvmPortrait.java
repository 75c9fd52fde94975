package io.sluice.agent.process;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/** What of an agent an application could notice in its own JVM, a line each. */
final class JvmPortrait {

    private static final Path MAPS = Path.of("/proc/self/maps");

    private JvmPortrait() {}

    static void print(PrintStream out) throws IOException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            out.println("thread " + thread.getName() + (thread.isDaemon() ? " daemon" : "")
                    + (thread.getContextClassLoader() == null ? " without context loader" : ""));
        }
        System.getProperties()
                .stringPropertyNames()
                .forEach(name -> out.println("property " + name + "="
                        + System.getProperty(name).replace("\n", "\\n").replace("\r", "\\r")));
        out.println("loader of the application: "
                + (Thread.currentThread().getContextClassLoader() == JvmPortrait.class.getClassLoader()));
        out.println(
                "loader of the system: " + (JvmPortrait.class.getClassLoader() == ClassLoader.getSystemClassLoader()));
        out.println("default uncaught handler: " + Thread.getDefaultUncaughtExceptionHandler());
        if (Files.exists(MAPS)) {
            TreeSet<String> libraries = new TreeSet<>();
            for (String line : Files.readAllLines(MAPS)) {
                if (line.contains(".so") && line.contains("/")) {
                    libraries.add(line.substring(line.indexOf('/')));
                }
            }
            libraries.forEach(library -> out.println("native " + library));
        }
    }
}
