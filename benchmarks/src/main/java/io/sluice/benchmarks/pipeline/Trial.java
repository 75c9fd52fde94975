package io.sluice.benchmarks.pipeline;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one pipeline through one workload: a fresh sink, a fresh producer, and what came of it. */
final class Trial {

    private static final double WARMUP_SECONDS = 5;
    private static final double DOWN_AFTER_SECONDS = 2;
    private static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC");

    /**
     * What came of it.
     *
     * @param deliveredDuring distinct spans at the sink when the load ended
     * @param delivered distinct spans at the sink after the pipeline was closed
     * @param duplicates spans that arrived more than once
     */
    record Outcome(
            long emitted,
            double seconds,
            long deliveredDuring,
            long delivered,
            long duplicates,
            long p50Nanos,
            long p99Nanos,
            long p999Nanos,
            long pipelineCpuNanos,
            long processCpuNanos,
            long appCpuNanos,
            long allocatedBytes,
            double closeSeconds) {

        long lost() {
            return emitted - delivered;
        }

        double deliveredPerSecond() {
            return deliveredDuring / seconds;
        }

        /** CPU milliseconds of the pipeline's threads for 100k delivered spans. */
        double cpuMillisPer100k() {
            return deliveredDuring == 0 ? Double.NaN : pipelineCpuNanos / 1e6 / (deliveredDuring / 100_000.0);
        }

        /** The same for all threads but the application's, compiler and collector included. */
        double processCpuMillisPer100k() {
            return deliveredDuring == 0
                    ? Double.NaN
                    : (processCpuNanos - appCpuNanos) / 1e6 / (deliveredDuring / 100_000.0);
        }

        double allocatedPerSpan() {
            return deliveredDuring == 0 ? Double.NaN : (double) allocatedBytes / deliveredDuring;
        }
    }

    private Trial() {}

    static Outcome run(Pipeline pipeline, Workload workload) throws IOException, InterruptedException {
        try (ChildProcess sink = new ChildProcess(Sink.class.getName(), List.of("-Xmx512m"), List.of())) {
            long port = new Numbers(sink.answer()).get("port");
            List<String> args = List.of(
                    pipeline.name(),
                    "http://127.0.0.1:" + port + "/v1/traces",
                    Double.toString(WARMUP_SECONDS),
                    Double.toString(workload.seconds()),
                    Long.toString(workload.spansPerSecond()),
                    Integer.toString(workload.threads()));
            try (ChildProcess producer = new ChildProcess(Producer.class.getName(), JVM, args)) {
                producer.answer();
                sink.ask("reset");
                sink.ask("delay " + workload.sinkDelayMillis());
                producer.tell("go");
                interrupt(sink, workload);
                Numbers emitted = new Numbers(producer.answer());
                long during = new Numbers(sink.ask("count")).get("distinct");
                Numbers closed = new Numbers(producer.ask("close"));
                Numbers counted = new Numbers(sink.ask("count"));
                sink.tell("quit");
                return outcome(emitted, during, closed, counted);
            }
        }
    }

    private static void interrupt(ChildProcess sink, Workload workload) throws IOException, InterruptedException {
        if (workload.sinkDownSeconds() > 0) {
            TimeUnit.MILLISECONDS.sleep((long) (DOWN_AFTER_SECONDS * 1000));
            sink.ask("down");
            TimeUnit.MILLISECONDS.sleep((long) (workload.sinkDownSeconds() * 1000));
            sink.ask("up");
        }
    }

    private static Outcome outcome(Numbers emitted, long during, Numbers closed, Numbers counted) {
        return new Outcome(
                emitted.get("spans"),
                emitted.get("elapsedNanos") / 1e9,
                during,
                counted.get("distinct"),
                counted.get("received") - counted.get("distinct"),
                emitted.get("p50"),
                emitted.get("p99"),
                emitted.get("p999"),
                emitted.get("pipelineCpuNanos"),
                emitted.get("processCpuNanos"),
                emitted.get("appCpuNanos"),
                emitted.get("allocatedBytes"),
                closed.get("nanos") / 1e9);
    }
}
