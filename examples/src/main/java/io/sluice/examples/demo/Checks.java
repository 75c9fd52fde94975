package io.sluice.examples.demo;

import java.io.PrintStream;
import java.util.Objects;

/** Checks that are counted and printed as they are made. */
final class Checks {

    private static final int LONGEST = 1_000;

    private final PrintStream out;
    private int passed;
    private int failed;

    Checks(PrintStream out) {
        this.out = out;
    }

    void equal(String what, Object actual, Object expected) {
        that(what, Objects.equals(actual, expected), "is " + cut(actual) + ", not " + cut(expected));
    }

    /** @param otherwise printed if it does not hold */
    void that(String what, boolean holds, String otherwise) {
        if (holds) {
            passed++;
            out.println("ok      " + what);
        } else {
            failed++;
            out.println("FAILED  " + what + ": " + otherwise);
        }
    }

    private static String cut(Object value) {
        String text = String.valueOf(value);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " ...";
    }

    boolean allPassed() {
        return failed == 0;
    }

    /** {@code N passed, N failed}. */
    String summary() {
        return passed + " passed, " + failed + " failed";
    }
}
