package io.sluice.benchmarks.pipeline;

import io.sluice.exporter.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One application process of the benchmark.
 *
 * <p>Arguments: {@code SIGNAL ENDPOINT} and the words of a {@link Pipeline}. Obeys commands on standard input, each answered
 * by one line: {@code warm SECONDS}, {@code run THREADS RATE SECONDS}, {@code flush}, {@code fill ITEMS}. A shutdown hook
 * ends the SDK as the SDK's own does, so SIGTERM drains.
 */
public final class Producer {

    private static final int FLUSH_SECONDS = 60;

    /** Of small requests at the start, so that what is done once a request is compiled as well. */
    private static final int WARM_ITEMS = 64;

    private static final long WARM_RATE = 50_000;

    /** What upstream's shutdown hook waits for its SDK. */
    private static final int SHUTDOWN_SECONDS = 10;

    /** Held, so that its level stays: upstream's warnings about what it drops would drown the table. */
    private static final Logger UPSTREAM = Logger.getLogger("io.opentelemetry");

    private final Application application;
    private final Load load;
    private final ThreadCosts costs = new ThreadCosts();

    // Of the last run.
    private ThreadCosts.Sample before;
    private long applicationNanos;

    private Producer(Application application) throws IOException {
        this.application = application;
        this.load = new Load(application);
        this.before = costs.sample();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        UPSTREAM.setLevel(Level.OFF);
        List<String> words = List.of(args);
        Application application = Application.start(
                Signal.valueOf(words.get(0)), Pipeline.parse(words.subList(2, words.size())), words.get(1));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> application.shutdown().join(SHUTDOWN_SECONDS, TimeUnit.SECONDS), "shutdown"));
        new Producer(application).obey();
        System.exit(0); // upstream's sender has threads that would keep the process
    }

    private void obey() throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String command;
        while ((command = commands.readLine()) != null) {
            String[] words = command.split(" ", -1);
            switch (words[0]) {
                case "warm" -> warm(Double.parseDouble(words[1]));
                case "run" -> run(Integer.parseInt(words[1]), Long.parseLong(words[2]), Double.parseDouble(words[3]));
                case "flush" -> flush();
                case "fill" -> fill(Integer.parseInt(words[1]));
                default -> throw new IllegalArgumentException(command);
            }
        }
    }

    /** Half of the time many small requests, then half of it the load of p1. */
    private void warm(double seconds) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds / 2 * 1e9);
        while (System.nanoTime() < end) {
            for (int i = 0; i < WARM_ITEMS; i++) {
                application.item();
            }
            application.flush().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        }
        load.run(1, WARM_RATE, seconds / 2);
        application.flush().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        say("warm made %d", application.made());
    }

    private void run(int threads, long rate, double seconds) throws IOException, InterruptedException {
        before = costs.sample();
        Load.Outcome outcome = load.run(threads, rate, seconds);
        applicationNanos = outcome.appCpuNanos();
        say(
                "emitted elapsedNanos %d p50 %d p99 %d p999 %d",
                outcome.elapsedNanos(),
                outcome.latency().quantile(0.5),
                outcome.latency().quantile(0.99),
                outcome.latency().quantile(0.999));
    }

    /** The costs are those since the run began: what was made is paid for when it has left. */
    private void flush() throws IOException {
        boolean success =
                application.flush().join(FLUSH_SECONDS, TimeUnit.SECONDS).isSuccess();
        ThreadCosts.Delta used = ThreadCosts.between(before, costs.sample(), applicationNanos);
        say(
                "flushed success %d made %d pipelineNanos %d compilerNanos %d collectorNanos %d allocatedBytes %d",
                success ? 1 : 0,
                application.made(),
                used.pipelineNanos(),
                used.compilerNanos(),
                used.collectorNanos(),
                used.allocatedBytes());
    }

    private void fill(int items) {
        for (int i = 0; i < items; i++) {
            application.item();
        }
        say("filled made %d", application.made());
    }

    private static void say(String format, Object... numbers) {
        System.out.println(String.format(Locale.ROOT, format, numbers));
        System.out.flush();
    }
}
