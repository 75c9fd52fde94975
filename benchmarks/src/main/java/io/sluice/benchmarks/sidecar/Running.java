package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.Numbers;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A sidecar that runs, from its start until it is stopped, with a port of the sink for itself. */
final class Running {

    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long START_POLL_MILLIS = 2;
    private static final long STOP_SECONDS = 15;

    private final Contestant contestant;
    private final Process process;
    private final int port;
    private final long sink;
    private final double startMillis;

    private Running(Contestant contestant, Process process, int port, long sink, double startMillis) {
        this.contestant = contestant;
        this.process = process;
        this.port = port;
        this.sink = sink;
        this.startMillis = startMillis;
    }

    /** Starts it and sends requests until the first one is accepted. */
    static Running start(Contestant contestant, Programs programs, Way way, Ends ends, Path workplace)
            throws IOException, InterruptedException {
        Clock clock = Clock.system();
        long sink = ends.open(way.protocol());
        int port = freePort();
        ProcessBuilder command = contestant.command(programs, way, port, (int) sink, workplace);
        long start = clock.nanoTime();
        Process process = command.start();
        while (!ends.isAccepted(way, port)) {
            if (!process.isAlive() || clock.nanoTime() - start > START_LIMIT_NANOS) {
                process.destroyForcibly();
                throw new IOException(contestant.label() + " does not take " + way.label() + "; see " + workplace);
            }
            Thread.sleep(START_POLL_MILLIS);
        }
        return new Running(contestant, process, port, sink, (clock.nanoTime() - start) / 1e6);
    }

    /** Neither side says in the same way which port it took, so one is chosen that was free a moment ago. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Contestant contestant() {
        return contestant;
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    long sink() {
        return sink;
    }

    /** From the start of its process until it had accepted a request. */
    double startMillis() {
        return startMillis;
    }

    double cpuSeconds() throws IOException {
        return ProcessFigures.cpuSeconds(pid());
    }

    /** Waits until as many spans have arrived as were accepted, or none came for a while; what arrived. */
    Numbers settle(Ends ends, long accepted) throws IOException, InterruptedException {
        return ends.settle(sink, accepted);
    }

    /** SIGTERM, and no patience with one that does not obey. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
