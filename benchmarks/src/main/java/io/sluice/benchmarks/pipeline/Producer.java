package io.sluice.benchmarks.pipeline;

import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One application process of the benchmark.
 *
 * <p>Arguments: {@code PIPELINE ENDPOINT WARMUP_SECONDS SECONDS RATE THREADS}. Prints {@code ready} after the warm-up,
 * waits for a line, runs the load, prints {@code emitted ...}, waits for a line, closes the pipeline and prints
 * {@code closed ...}.
 */
public final class Producer {

    private static final long WARMUP_RATE = 20_000;

    /** Held, so that its level stays: upstream's warnings about what it drops would drown the table. */
    private static final Logger UPSTREAM = Logger.getLogger("io.opentelemetry");

    private Producer() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        UPSTREAM.setLevel(Level.OFF);
        Pipeline pipeline = Pipeline.valueOf(args[0]);
        String endpoint = args[1];
        double warmupSeconds = Double.parseDouble(args[2]);
        double seconds = Double.parseDouble(args[3]);
        long rate = Long.parseLong(args[4]);
        int threads = Integer.parseInt(args[5]);

        SequentialIds ids = new SequentialIds();
        SpanProcessor processor = pipeline.processor(endpoint);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setIdGenerator(ids)
                .addSpanProcessor(processor)
                .build();
        Load load = new Load(provider.get("io.sluice.benchmarks"));
        load.run(threads, WARMUP_RATE, warmupSeconds);
        provider.forceFlush().join(20, TimeUnit.SECONDS);

        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        say("ready " + ids.handedOut());
        commands.readLine();
        ThreadCosts costs = new ThreadCosts();
        ThreadCosts.Sample before = costs.sample();
        Load.Outcome outcome = load.run(threads, rate, seconds);
        ThreadCosts.Delta used = ThreadCosts.between(before, costs.sample());
        say(String.format(
                Locale.ROOT,
                "emitted spans %d elapsedNanos %d p50 %d p99 %d p999 %d appCpuNanos %d pipelineCpuNanos %d"
                        + " allocatedBytes %d processCpuNanos %d",
                outcome.spans(),
                outcome.elapsedNanos(),
                outcome.latency().quantile(0.5),
                outcome.latency().quantile(0.99),
                outcome.latency().quantile(0.999),
                outcome.appCpuNanos(),
                used.pipelineCpuNanos(),
                used.pipelineAllocatedBytes(),
                used.processCpuNanos()));
        commands.readLine();
        long start = System.nanoTime();
        provider.close(); // what the SDK's own shutdown hook does
        say("closed nanos " + (System.nanoTime() - start));
        System.exit(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
