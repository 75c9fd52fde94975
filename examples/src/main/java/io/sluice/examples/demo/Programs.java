package io.sluice.examples.demo;

import io.sluice.examples.collector.ConsoleCollector;
import io.sluice.examples.shop.Shop;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command lines of the processes that the demo starts, all with the Java that runs the demo itself.
 *
 * @param java the Java launcher
 * @param classPath of the demo and the collector
 * @param shopClassPath the same without anything of telemetry
 */
record Programs(Path java, String classPath, String shopClassPath) {

    /** From {@link Runtime#version}: later ones warn of protobuf's memory access unless told not to. */
    private static final int WARNS_OF_UNSAFE = 23;

    /** As this process was started. */
    static Programs ofThisProcess() {
        String classPath = System.getProperty("java.class.path");
        String examples = location(Shop.class);
        String database = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(entry -> Path.of(entry).getFileName().toString().matches("h2-.*\\.jar"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no H2 on the class path " + classPath));
        return new Programs(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                classPath,
                examples + File.pathSeparator + database);
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException bug) {
            throw new IllegalStateException(bug);
        }
    }

    List<String> collector(String... arguments) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        if (Runtime.version().feature() >= WARNS_OF_UNSAFE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", classPath, ConsoleCollector.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    List<String> sidecar(Path agent) {
        return List.of(java.toString(), "-jar", agent.toString(), "sidecar");
    }

    List<String> shop(Path agent, String... jvmOptions) {
        List<String> command = new ArrayList<>(List.of(java.toString(), "-javaagent:" + agent));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", shopClassPath, Shop.class.getName(), "--port=0"));
        return command;
    }
}
