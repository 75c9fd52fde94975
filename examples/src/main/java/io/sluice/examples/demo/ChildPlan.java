package io.sluice.examples.demo;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A process that is to be started.
 *
 * @param environment on top of the caller's, of which everything that sets telemetry is left out
 * @param ready found in the line, of standard output or error, that says that it is ready
 */
record ChildPlan(String name, List<String> command, Map<String, String> environment, Pattern ready) {

    /** Ready once it says where it listens; the address is the pattern's group. */
    static ChildPlan listening(String name, List<String> command, Map<String, String> environment) {
        return new ChildPlan(name, command, environment, Pattern.compile("listen\\w* on (?:http://)?([^\\s,/]+:\\d+)"));
    }
}
