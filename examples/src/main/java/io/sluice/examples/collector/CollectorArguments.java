package io.sluice.examples.collector;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a collector is started.
 *
 * @param port 0 takes a free one
 * @param forward where everything is passed on to, as it came
 * @param report where the report is written at the end
 * @param brief print three traces and each metric once, not everything
 */
record CollectorArguments(int port, Fault fault, Optional<URI> forward, Optional<Path> report, boolean brief) {

    private static final int OTLP_HTTP_PORT = 4318;

    static final String USAGE = "usage: ConsoleCollector [--port=" + OTLP_HTTP_PORT
            + "] [--fault=none|drop|slow|busy|down] [--forward=URL] [--report=FILE] [--brief]";

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException naming the argument that is wrong
     */
    static CollectorArguments parse(String... arguments) {
        int port = OTLP_HTTP_PORT;
        Fault fault = Fault.NONE;
        Optional<URI> forward = Optional.empty();
        Optional<Path> report = Optional.empty();
        boolean brief = false;
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.substring(0, argument.length() - value.length())) {
                case "--port=" -> port = port(value);
                case "--fault=" -> fault = Fault.of(value);
                case "--forward=" -> forward = Optional.of(destination(value));
                case "--report=" -> report = Optional.of(Path.of(value));
                case "" -> {
                    if (!argument.equals("--brief")) {
                        throw new IllegalArgumentException("unknown argument " + argument);
                    }
                    brief = true;
                }
                default -> throw new IllegalArgumentException("unknown argument " + argument);
            }
        }
        return new CollectorArguments(port, fault, forward, report, brief);
    }

    private static URI destination(String text) {
        if (!text.matches("http://[^/]+")) {
            throw new IllegalArgumentException("--forward=" + text + " is not like http://127.0.0.1:4318");
        }
        return URI.create(text);
    }

    private static int port(String text) {
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--port=" + text + " is not between 0 and 65535");
        }
        return port;
    }
}
