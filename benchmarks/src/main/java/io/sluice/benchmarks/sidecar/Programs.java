package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.ResultPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The programs that are compared.
 *
 * @param sidecar ours, as a command
 * @param collector the Collector's executable; without one ours runs alone
 * @param why there is no Collector, or empty
 */
record Programs(List<String> sidecar, Path collector, String why) {

    /** Ours as {@code ./sluice sidecar} starts it; the Collector as {@code .ci/collector} makes it, built if need be. */
    static Programs find() throws IOException, InterruptedException {
        Path home = ResultPage.home().toAbsolutePath();
        Path jar = home.resolve("agent/standalone/target/sluice-sidecar.jar");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String start = home.resolve("deploy/start.sh").toString();
        String archives = jar.resolveSibling("").toString();
        new ProcessBuilder(start, java, jar.toString(), archives, "archive")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        List<String> sidecar = List.of(start, java, jar.toString(), archives, "sidecar");
        Path collector = home.resolve("target/ci/collector");
        return new Programs(sidecar, collector, Files.isExecutable(collector) ? "" : build(home, collector));
    }

    boolean hasCollector() {
        return why.isEmpty();
    }

    /** Empty if it worked, otherwise why it did not. */
    private static String build(Path home, Path collector) throws IOException, InterruptedException {
        Path log = Files.createDirectories(home.resolve("target/ci")).resolve("collector.log");
        ProcessBuilder go = new ProcessBuilder("go", "build", "-trimpath", "-o", collector.toString(), ".");
        go.environment().putAll(Map.of("GOFLAGS", "-mod=mod", "GOTOOLCHAIN", "local", "CGO_ENABLED", "0"));
        try {
            int code = go.directory(home.resolve(".ci/collector").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            return code == 0 ? "" : "go build failed; see target/ci/collector.log";
        } catch (IOException absent) {
            return "there is no Go to build it with";
        }
    }
}
