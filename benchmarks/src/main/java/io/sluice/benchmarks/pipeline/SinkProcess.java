package io.sluice.benchmarks.pipeline;

import io.sluice.benchmarks.ChildProcess;
import io.sluice.benchmarks.Numbers;
import java.io.IOException;
import java.util.List;

/** The sink, as the benchmark speaks to it. */
final class SinkProcess implements AutoCloseable {

    private final ChildProcess process = new ChildProcess(Sink.class.getName(), List.of("-Xmx1g"), List.of());

    SinkProcess() throws IOException {}

    /** A new endpoint; its port. */
    long open(Protocol protocol) throws IOException {
        return new Numbers(process.ask("open " + protocol.name())).get("port");
    }

    void delay(long port, long millis) throws IOException {
        process.ask("delay " + port + " " + millis);
    }

    void down(long port) throws IOException {
        process.ask("down " + port);
    }

    void up(long port) throws IOException {
        process.ask("up " + port);
    }

    /** Only items from number {@code first} on count from now on. */
    Numbers reset(long port, long first) throws IOException {
        return new Numbers(process.ask("reset " + port + " " + first));
    }

    Numbers count(long port) throws IOException {
        return new Numbers(process.ask("count " + port));
    }

    @Override
    public void close() {
        process.close();
    }
}
