package io.sluice.examples.collector;

import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A collector that prints what it receives: {@code ConsoleCollector [--port=4318] [--fault=...] [--forward=URL] [--report=FILE] [--brief]}.
 *
 * <p>The first line on standard output says where it listens. SIGTERM and Ctrl-C end it: what is left is printed, and the
 * report written.
 */
public final class ConsoleCollector implements AutoCloseable {

    private static final long QUIET_NANOS = 1_000_000_000L;
    private static final long LAST_LOOK_SECONDS = 5;
    private static final long LOOK_MILLIS = 200;

    private final CollectorArguments arguments;
    private final Ledger ledger;
    private final Screen screen;
    private final Viewer viewer;
    private final OtlpServer server;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "viewer"));
    private final ScheduledFuture<?> look;

    private ConsoleCollector(CollectorArguments arguments, Clock clock, PrintStream out) throws IOException {
        this.arguments = arguments;
        ledger = new Ledger(arguments.report().isPresent());
        screen = Screen.on(out);
        viewer = new Viewer(arguments.brief(), new TraceForest(clock, QUIET_NANOS), screen);
        Intake intake = new Intake(arguments.fault(), ledger, viewer);
        server = OtlpServer.start(
                arguments.port(),
                intake,
                arguments.forward().map(Onward::new),
                arguments.fault() == Fault.SLOW ? Fault.SLOW_MILLIS : 0);
        look = timer.scheduleAtFixedRate(viewer::showDueTraces, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Starts a collector and returns; the server's own thread keeps the JVM alive. */
    public static void main(String[] commandLine) {
        try {
            ConsoleCollector collector = start(CollectorArguments.parse(commandLine), Clock.system(), System.out);
            Runtime.getRuntime().addShutdownHook(new Thread(collector::close, "collector-stop"));
        } catch (IllegalArgumentException wrong) {
            fail(wrong.getMessage() + "\n" + CollectorArguments.USAGE, 2);
        } catch (IOException failed) {
            fail(failed.toString(), 1);
        }
    }

    private static void fail(String message, int exitCode) {
        System.err.println("collector: " + message);
        System.exit(exitCode);
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the port is taken
     */
    static ConsoleCollector start(CollectorArguments arguments, Clock clock, PrintStream out) throws IOException {
        ConsoleCollector collector = new ConsoleCollector(arguments, clock, out);
        String fault = arguments.fault() == Fault.NONE
                ? ""
                : ", with fault " + arguments.fault().key();
        collector.screen.print("collector listens on " + collector.uri() + fault + "\n");
        return collector;
    }

    /** Where it listens. */
    URI uri() {
        return server.uri();
    }

    /** Stops listening, prints what is left, and writes the report. */
    @Override
    public void close() {
        server.close();
        look.cancel(false);
        timer.shutdown();
        awaitLastLook();
        viewer.finish();
        String skipped = screen.skipped() == 0 ? "" : "; " + screen.skipped() + " blocks were not printed";
        screen.print("collector received " + ledger.summary() + skipped + "\n");
        screen.close();
        arguments.report().ifPresent(file -> {
            try {
                ledger.report().write(file);
            } catch (IOException failed) {
                System.err.println("collector: the report was not written: " + failed);
            }
        });
    }

    /** A look that is under way has taken traces out of the forest and prints them. */
    private void awaitLastLook() {
        try {
            if (!timer.awaitTermination(LAST_LOOK_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("collector: traces may be missing above: printing them took too long");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
