package io.sluice.agent.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What a test needs of the machine. */
final class Needed {

    private Needed() {}

    /** Where {@code what} is not there the test is skipped, visibly; in CI it goes on, and fails. */
    static void orSkipped(boolean there, String what) {
        assumeTrue(there || "true".equals(System.getenv("CI")), "no " + what);
    }
}
