package io.sluice.exporter.grpc;

import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import io.sluice.exporter.Compression;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.transport.NettyLogs;
import io.sluice.runtime.AsyncRuntime;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * Sends once over gRPC to the port that it is given and says "ok" if the JVM is as before: same system properties, and
 * no thread beside the runtime's, neither while it sends nor afterwards. Run by {@link GrpcFootprintTest}.
 */
final class GrpcFootprint {

    private GrpcFootprint() {}

    public static void main(String[] arguments) throws Exception {
        Properties before = (Properties) System.getProperties().clone();
        Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
        NettyLogs.silence();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).threadName("ours").build()) {
            URI endpoint = URI.create("http://localhost:" + arguments[0]);
            GrpcTransport transport = new GrpcTransportSettings(
                            endpoint,
                            Map.of(),
                            Compression.GZIP,
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(20),
                            1 << 20)
                    .open(runtime.handle(), DiagnosticLog.silent());
            Payload payload =
                    new Payload(Signal.TRACES, 1, new ByteBuffer[] {ByteBuffer.wrap(new byte[100_000])}, () -> {});
            ExportResult result = runtime.blockOn(transport.send(payload));
            check(result instanceof ExportResult.Delivered, "the send came to " + result);
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                check(
                        threadsBefore.contains(thread) || thread.getName().startsWith("ours-"),
                        "a thread of somebody else: " + thread);
            }
            runtime.blockOn(transport.shutdown());
            check(runtime.handle().ioDriver().registrations() == 0, "registrations are left");
            check(runtime.handle().timeDriver().timers() == 0, "timers are left");
        }
        check(before.equals(System.getProperties()), "system properties changed");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            check(threadsBefore.contains(thread), "left behind: " + thread);
        }
        System.out.println("ok");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
