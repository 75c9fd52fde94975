package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.ChildProcess;
import io.sluice.benchmarks.Numbers;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The senders and the sink, as the benchmark speaks to them. */
final class Ends implements AutoCloseable {

    /** When nothing has come for so long, nothing will: longer than either side's batches and first retry take. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(2500);

    private static final int POLL_MILLIS = 20;

    private final Clock clock = Clock.system();
    private final ChildProcess load = new ChildProcess(LoadProcess.class.getName(), List.of("-Xmx1g"), List.of());
    private final ChildProcess sink = new ChildProcess(SinkProcess.class.getName(), List.of("-Xmx1g"), List.of());

    Ends() throws IOException {}

    long open(Way.Protocol protocol) throws IOException {
        return new Numbers(sink.ask("open " + protocol.name())).get("port");
    }

    void reset(long port) throws IOException {
        sink.ask("reset " + port);
    }

    void limit(long port, long spansPerSecond) throws IOException {
        sink.ask("limit " + port + " " + spansPerSecond);
    }

    Numbers saturate(Way way, int port, int spans, int connections, long millis) throws IOException {
        return loaded(load.ask(command("saturate", way, port, spans, connections, millis)));
    }

    Numbers pace(Way way, int port, int spans, int connections, long millis, double spansPerSecond) throws IOException {
        return loaded(load.ask(command("pace", way, port, spans, connections, millis) + " " + spansPerSecond));
    }

    /** Whether one request of one span is accepted at once. */
    boolean isAccepted(Way way, int port) throws IOException {
        String answer = load.ask(command("pace", way, port, 1, 1, 1) + " 100");
        return !answer.startsWith("failed") && new Numbers(answer).get("accepted") > 0;
    }

    private static String command(String verb, Way way, int port, int spans, int connections, long millis) {
        return String.format(Locale.ROOT, "%s %s %d %d %d %d", verb, way, port, spans, connections, millis);
    }

    private static Numbers loaded(String answer) throws IOException {
        if (answer.startsWith("failed")) {
            throw new IOException("the senders " + answer);
        }
        return new Numbers(answer);
    }

    Numbers settle(long port, long accepted) throws IOException, InterruptedException {
        long start = clock.nanoTime();
        while (true) {
            Numbers counted = new Numbers(sink.ask("count " + port));
            long quietNanos = Math.min(counted.get("quietNanos"), clock.nanoTime() - start);
            if (counted.get("spans") >= accepted || quietNanos > QUIET_NANOS) {
                return counted;
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void close() {
        load.close();
        sink.close();
    }
}
