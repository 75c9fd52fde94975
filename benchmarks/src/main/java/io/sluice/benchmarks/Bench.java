package io.sluice.benchmarks;

import io.sluice.benchmarks.agent.AgentBenchmark;
import io.sluice.benchmarks.otlp.OtlpBenchmark;
import io.sluice.benchmarks.pipeline.PipelineBenchmark;
import io.sluice.benchmarks.runtime.RuntimeBenchmark;
import io.sluice.benchmarks.sidecar.SidecarBenchmark;
import java.util.Arrays;

/** {@code ./sluice bench}: which comparison to run. */
public final class Bench {

    private static final int BAD_USAGE = 2;

    private Bench() {}

    /** Runs {@code pipeline}, {@code runtime}, {@code otlp}, {@code sidecar} or {@code agent} with the arguments behind it. */
    public static void main(String[] args) throws Exception {
        String which = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (which) {
            case "pipeline" -> PipelineBenchmark.main(rest);
            case "runtime" -> RuntimeBenchmark.main(rest);
            case "otlp" -> OtlpBenchmark.main(rest);
            case "sidecar" -> SidecarBenchmark.main(rest);
            case "agent" -> AgentBenchmark.main(rest);
            default -> {
                System.err.println("usage: ./sluice bench pipeline|runtime|otlp|sidecar|agent [--quick] [row...]");
                System.exit(BAD_USAGE);
            }
        }
    }
}
