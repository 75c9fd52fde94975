package io.sluice.benchmarks.pipeline;

import io.sluice.benchmarks.ChildProcess;
import io.sluice.benchmarks.MachineLoad;
import io.sluice.benchmarks.Numbers;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One pipeline that takes part: a producer process that lives through all rows, and its own endpoint at the sink. Between
 * its runs it is idle and costs nothing.
 */
final class Contestant implements AutoCloseable {

    private static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC");

    private final Pipeline pipeline;
    private final SinkProcess sink;
    private final long port;
    private final ChildProcess producer;

    // Of the run that was begun and not yet ended.
    private long made;
    private long sinkNanos;
    private MachineLoad load = MachineLoad.now();

    Contestant(SinkProcess sink, Signal signal, Pipeline pipeline) throws IOException {
        this.pipeline = pipeline;
        this.sink = sink;
        this.port = sink.open(pipeline.protocol());
        List<String> arguments = new ArrayList<>(List.of(signal.name(), "http://127.0.0.1:" + port));
        arguments.addAll(pipeline.words());
        this.producer = new ChildProcess(Producer.class.getName(), JVM, arguments);
    }

    Pipeline pipeline() {
        return pipeline;
    }

    long port() {
        return port;
    }

    /** Lets the JVM compile what the runs need; does not wait for it. */
    void beginWarming(double seconds) throws IOException {
        producer.tell("warm " + seconds);
    }

    void endWarming() throws IOException {
        producer.answer();
    }

    /** Makes items as fast as it can, and gives how many there are by now. */
    long fill(int items) throws IOException {
        return new Numbers(producer.ask("fill " + items)).get("made");
    }

    /** SIGTERM; completes when the process has ended, after its shutdown hooks. */
    CompletableFuture<?> terminate() {
        return producer.terminate();
    }

    /** One run from beginning to end. */
    Outcome run(int threads, long perSecond, double seconds) throws IOException {
        begin(threads, perSecond, seconds);
        return end();
    }

    /** Starts the load and does not wait for it. */
    void begin(int threads, long perSecond, double seconds) throws IOException {
        made = new Numbers(producer.ask("flush")).get("made");
        sinkNanos = sink.reset(port, made + 1).get("cpuNanos");
        load = MachineLoad.now();
        producer.tell("run " + threads + " " + perSecond + " " + seconds);
    }

    /** Waits for the load's end and for what is left of it to leave. */
    Outcome end() throws IOException {
        Numbers emitted = new Numbers(producer.answer());
        long during = sink.count(port).get("distinct");
        double idle = MachineLoad.now().idleShareSince(load);
        Numbers flushed = new Numbers(producer.ask("flush"));
        Numbers counted = sink.count(port);
        return new Outcome(
                flushed.get("made") - made,
                emitted.get("elapsedNanos") / 1e9,
                during,
                counted.get("distinct"),
                counted.get("received") - counted.get("distinct"),
                counted.get("requests"),
                emitted.get("p50"),
                emitted.get("p99"),
                emitted.get("p999"),
                flushed.get("pipelineNanos"),
                flushed.get("compilerNanos"),
                flushed.get("collectorNanos"),
                flushed.get("allocatedBytes"),
                counted.get("cpuNanos") - sinkNanos,
                idle);
    }

    @Override
    public void close() {
        producer.close();
    }
}
