package io.sluice.benchmarks.pipeline;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The far end of all pipelines, in a process of its own: one endpoint a producer, each with a port, an account and a
 * temper of its own.
 *
 * <p>Commands on standard input, each answered by one line: {@code open HTTP|GRPC}, and for a port that it gave
 * {@code delay PORT MS}, {@code down PORT}, {@code up PORT}, {@code reset PORT FIRST}, {@code count PORT}.
 */
public final class Sink {

    private final ExecutorService workers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "sink");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<Integer, SinkEndpoint> endpoints = new HashMap<>();
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Sink() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        new Sink().obey();
        System.exit(0);
    }

    private void obey() throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String command;
        while ((command = commands.readLine()) != null) {
            System.out.println(obey(command.split(" ", -1)));
            System.out.flush();
        }
    }

    private String obey(String[] words) throws IOException, InterruptedException {
        if (words[0].equals("open")) {
            return "opened port " + open(Protocol.valueOf(words[1]));
        }
        SinkEndpoint endpoint = requireNonNull(endpoints.get(Integer.parseInt(words[1])), "port");
        switch (words[0]) {
            case "delay" -> endpoint.delay(Long.parseLong(words[2]));
            case "down" -> endpoint.down();
            case "up" -> endpoint.up();
            case "reset" -> endpoint.tally().reset(Long.parseLong(words[2]));
            case "count" -> {}
            default -> throw new IllegalArgumentException(String.join(" ", words));
        }
        return "counted " + endpoint.tally().counts() + " cpuNanos " + process.getProcessCpuTime();
    }

    private int open(Protocol protocol) throws IOException {
        SinkEndpoint endpoint = switch (protocol) {
            case HTTP -> new HttpSinkEndpoint(workers);
            case GRPC -> new GrpcSinkEndpoint(workers);
        };
        int port = endpoint.up();
        endpoints.put(port, endpoint);
        return port;
    }
}
