package io.sluice.examples.demo;

import java.io.PrintStream;

/** What the person at the terminal sees: lines, and below them one that changes. Any thread. */
final class Console {

    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final int BAR_COLUMNS = 30;

    private final PrintStream out;
    private final boolean terminal;
    /** The line that changes; empty if there is none. Guarded by this. */
    private String changing = "";

    /** @param terminal whether a line can be written again; otherwise the one that changes is left out */
    Console(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void line(String line) {
        clear();
        out.println(line);
        out.print(changing);
        out.flush();
    }

    /** Replaces the line that changes by "{@code what ...}". */
    void doing(String what) {
        change(what + " ...");
    }

    /** Replaces the line that changes by a bar. */
    void progress(String what, int done, int all) {
        int filled = (int) ((long) done * BAR_COLUMNS / all);
        change(what + " [" + "#".repeat(filled) + " ".repeat(BAR_COLUMNS - filled) + "] " + done + "/" + all);
    }

    /** Takes the line that changes away. */
    void done() {
        change("");
    }

    private synchronized void change(String line) {
        if (terminal) {
            clear();
            changing = line;
            out.print(line);
            out.flush();
        }
    }

    private void clear() {
        if (!changing.isEmpty()) {
            out.print(CLEAR_LINE);
        }
    }
}
