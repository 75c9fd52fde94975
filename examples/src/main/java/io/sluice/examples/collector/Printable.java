package io.sluice.examples.collector;

/** Text from outside, made fit for a line of a terminal. */
final class Printable {

    private Printable() {}

    /** {@code text} on one line and without control characters, cut to {@code columns} if it is longer. */
    static String text(String text, int columns) {
        String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() <= columns ? line : line.substring(0, columns - 3) + "...";
    }
}
