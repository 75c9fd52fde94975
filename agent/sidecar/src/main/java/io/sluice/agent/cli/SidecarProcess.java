package io.sluice.agent.cli;

import io.sluice.agent.sidecar.Sidecar;
import io.sluice.config.HostPort;
import io.sluice.config.SettingsException;
import io.sluice.config.SluiceSettings;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.transport.NettyLogs;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.management.RuntimeBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A process that is a sidecar, from its settings to its end. Knows nothing of how its flags were read, so that nothing
 * for that is loaded.
 */
final class SidecarProcess {

    private SidecarProcess() {}

    /** Runs until the process is asked to end, and then ends it; returns the exit code if it does not come to that. */
    static int run(Map<String, String> values, PrintWriter out, PrintWriter err) throws InterruptedException {
        SluiceSettings settings;
        try {
            settings = SettingValues.load(values, err);
        } catch (SettingsException e) {
            e.problems().forEach(err::println);
            return ExitCodes.BAD_SETTINGS;
        }
        return run(settings, out, err);
    }

    static int run(SluiceSettings settings, PrintWriter out, PrintWriter err) throws InterruptedException {
        NettyLogs.silence();
        AsyncRuntime runtime = AsyncRuntime.builder()
                .threadName("sluice-sidecar")
                .workerThreads(settings.workers().orElse(Runtime.getRuntime().availableProcessors()))
                .build();
        try {
            Sidecar sidecar = Sidecar.start(runtime, settings, toStandardError(err));
            if (settings.figures().ofRuntime()) {
                RuntimeBean.register(runtime, "sidecar"); // until the process ends
            }
            serve(sidecar, settings, out, err);
            return 0;
        } catch (UnknownHostException e) {
            err.println("sluice: the host to listen on is unknown: " + e.getMessage());
            return ExitCodes.BAD_SETTINGS;
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCodes.BAD_SETTINGS;
        } catch (IOException e) {
            err.println(
                    "sluice: cannot listen on " + settings.sidecar().receiver().listen() + ": " + e.getMessage());
            return ExitCodes.CANNOT_LISTEN;
        } finally {
            runtime.shutdownInBackground();
        }
    }

    /** Serves until the process is asked to end. */
    private static void serve(Sidecar sidecar, SluiceSettings settings, PrintWriter out, PrintWriter err)
            throws InterruptedException {
        Ending ending = new Ending(sidecar, settings, err);
        ending.listen();
        out.println("sluice: sidecar listens on "
                + sidecar.localAddresses().stream()
                        .map(SidecarProcess::describe)
                        .collect(Collectors.joining(", ")));
        out.flush();
        ending.await();
    }

    static String describe(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? new HostPort(inet.getHostString(), inet.getPort()).toString()
                : "unix:" + address;
    }

    private static DiagnosticLog toStandardError(PrintWriter err) {
        return (level, message, thrown) -> {
            err.println("sluice: " + message + (thrown == null ? "" : ": " + thrown));
            err.flush();
        };
    }
}
