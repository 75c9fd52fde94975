package io.sluice.benchmarks.runtime;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.time.Clock;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * CPU time of one round trip of h1 by where the two ends of a connection live: what a second worker costs, and how much
 * of that is the kernel's price for a loopback connection between two processors.
 *
 * <p>In the two latter placements there are two runtimes of one worker that share nothing: each is its own clients'
 * server, or the other's.
 */
final class EchoPlacement {

    private static final int CONNECTIONS = 100;
    private static final long SECONDS = 2;
    private static final int ROUNDS = 4;

    private final Clock clock = Clock.system();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private EchoPlacement() {}

    static void print() throws Exception {
        EchoPlacement placement = new EchoPlacement();
        for (int workers = 1; workers <= 2; workers++) {
            try (AsyncRuntime runtime =
                    AsyncRuntime.builder().workerThreads(workers).build()) {
                FootprintRows.print(
                        "echo cpu, workers " + workers, placement.cpuMicros(() -> placement.one(runtime)), "us");
            }
        }
        try (AsyncRuntime first = AsyncRuntime.builder().workerThreads(1).build();
                AsyncRuntime second = AsyncRuntime.builder().workerThreads(1).build()) {
            FootprintRows.print(
                    "echo cpu, ends together",
                    placement.cpuMicros(() -> placement.two(first, first, second, second)),
                    "us");
            FootprintRows.print(
                    "echo cpu, ends apart",
                    placement.cpuMicros(() -> placement.two(first, second, second, first)),
                    "us");
        }
    }

    /** Gives round trips. */
    private interface Round {
        double run() throws Exception;
    }

    /** Of the last round; those before are the warm-up. */
    private double cpuMicros(Round round) throws Exception {
        double micros = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long before = system.getProcessCpuTime();
            double trips = round.run();
            micros = (system.getProcessCpuTime() - before) / trips / TimeUnit.MICROSECONDS.toNanos(1);
        }
        return micros;
    }

    private double one(AsyncRuntime runtime) throws Exception {
        return TcpRows.echo(runtime, clock, CONNECTIONS, SECONDS)[0] * SECONDS;
    }

    private double two(AsyncRuntime server1, AsyncRuntime client1, AsyncRuntime server2, AsyncRuntime client2)
            throws Exception {
        CompletableFuture<Double> other = CompletableFuture.supplyAsync(() -> half(server2, client2));
        return half(server1, client1) + other.get();
    }

    private double half(AsyncRuntime servers, AsyncRuntime clients) {
        try {
            return TcpRows.echo(servers, clients, clock, CONNECTIONS / 2, SECONDS)[0] * SECONDS;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
