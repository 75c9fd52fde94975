package io.sluice.examples.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * How the demo is started.
 *
 * @param fault what the collector does wrong, see its {@code --fault}
 * @param agent the agent jar
 * @param keep leave accounts, report and errors where they are, and say where
 * @param terminal standard output is a terminal, on which a line can be written again
 */
record DemoArguments(int requests, String fault, Path agent, boolean keep, boolean terminal) {

    private static final int MOST_REQUESTS = 100_000;
    private static final Set<String> FAULTS = Set.of("none", "drop", "slow", "busy", "429", "down");

    static final String USAGE = "usage: sluice demo [--requests=200] [--fault=none|drop|slow|busy|down] [--keep]";

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException naming the argument that is wrong
     */
    static DemoArguments parse(String... arguments) {
        int requests = 200;
        String fault = "none";
        Path agent = Path.of("agent/dist/target/sluice-agent.jar");
        boolean keep = false;
        boolean terminal = false;
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.contains("=") ? argument.substring(0, argument.indexOf('=') + 1) : argument) {
                case "--requests=" -> requests = requests(value);
                case "--fault=" -> fault = fault(value);
                case "--agent=" -> agent = Path.of(value);
                case "--keep" -> keep = true;
                case "--terminal" -> terminal = true;
                default -> throw new IllegalArgumentException("unknown argument " + argument);
            }
        }
        if (!Files.isRegularFile(agent)) {
            throw new IllegalArgumentException("--agent=" + agent + " is no file");
        }
        return new DemoArguments(requests, fault, agent.toAbsolutePath(), keep, terminal);
    }

    private static int requests(String text) {
        int requests = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
        if (requests < 1 || requests > MOST_REQUESTS) {
            throw new IllegalArgumentException("--requests=" + text + " is not between 1 and " + MOST_REQUESTS);
        }
        return requests;
    }

    private static String fault(String text) {
        if (!FAULTS.contains(text)) {
            throw new IllegalArgumentException("--fault=" + text + " is none of none, drop, slow, busy, down");
        }
        return text;
    }
}
