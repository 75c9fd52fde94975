package io.sluice.benchmarks.sidecar;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The senders, in a process of their own.
 *
 * <p>Commands on standard input, each answered by one line: {@code saturate HTTP|GRPC gzip|none PORT SPANS CONNECTIONS
 * MILLIS} and {@code pace ... MILLIS SPANS_PER_SECOND}.
 */
public final class LoadProcess {

    private LoadProcess() {}

    public static void main(String[] args) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String command;
        while ((command = commands.readLine()) != null) {
            System.out.println(obey(command.split(" ", -1)));
            System.out.flush();
        }
        System.exit(0);
    }

    private static String obey(String[] words) {
        try {
            Load load = new Load(Way.parse(words[1], words[2]), number(words[3]), number(words[4]), number(words[5]));
            long nanos = TimeUnit.MILLISECONDS.toNanos(number(words[6]));
            return words[0].equals("pace") ? load.pace(Double.parseDouble(words[7]), nanos) : load.saturate(nanos);
        } catch (IOException failed) {
            return "failed " + failed.toString().replaceAll("\\s+", " ");
        }
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }
}
