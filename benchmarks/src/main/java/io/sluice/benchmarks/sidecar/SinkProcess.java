package io.sluice.benchmarks.sidecar;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The far end, in a process of its own.
 *
 * <p>Commands on standard input, each answered by one line: {@code open HTTP|GRPC}, and for a port that it gave {@code
 * count PORT}, {@code reset PORT}, {@code limit PORT SPANS_PER_SECOND}.
 */
public final class SinkProcess {

    private SinkProcess() {}

    public static void main(String[] args) throws IOException {
        Sink sink = new Sink();
        Thread thread = new Thread(sink, "sink");
        thread.setDaemon(true);
        thread.start();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String command;
        while ((command = commands.readLine()) != null) {
            String[] words = command.split(" ", -1);
            System.out.println(sink.order(() -> obey(sink, words)));
            System.out.flush();
        }
        System.exit(0);
    }

    private static String obey(Sink sink, String[] words) throws IOException {
        return switch (words[0]) {
            case "open" -> "opened port " + sink.open(Way.Protocol.valueOf(words[1]));
            case "count" -> sink.count(Integer.parseInt(words[1]));
            case "reset" -> sink.reset(Integer.parseInt(words[1]));
            case "limit" -> sink.limit(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            default -> throw new IllegalArgumentException(String.join(" ", words));
        };
    }
}
