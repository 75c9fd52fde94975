package io.sluice.examples.demo;

import java.util.Locale;

/** The accounts of all hops as a table for people. */
final class AccountTable {

    private AccountTable() {}

    /** Ends with a line end. */
    static String of(Evidence evidence) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT,
                "%-10s %-8s %9s = %9s + %7s     %9s + %8s + %7s%n",
                "hop",
                "signal",
                "offered",
                "accepted",
                "refused",
                "delivered",
                "rejected",
                "dropped"));
        for (Signal signal : Signal.values()) {
            boolean passed = false;
            for (Evidence.Hop hop : evidence.hops()) {
                for (AccountLine line : hop.lines()) {
                    if (line.signal().equals(signal.key()) && line.offered() > 0) {
                        append(table, line);
                        passed = true;
                    }
                }
            }
            long kept = signal.keptBy(evidence.collector());
            if (passed || kept > 0) {
                table.append(String.format(
                        Locale.ROOT, "%-10s %-8s %,9d   kept by the far end%n", "collector", signal.key(), kept));
            }
        }
        return table.toString();
    }

    private static void append(StringBuilder table, AccountLine line) {
        table.append(String.format(
                Locale.ROOT,
                "%-10s %-8s %,9d = %,9d + %,7d     %,9d + %,8d + %,7d%s%n",
                line.hop(),
                line.signal(),
                line.offered(),
                line.accepted(),
                line.refusedItems(),
                line.delivered(),
                line.rejected(),
                line.droppedItems(),
                line.pending() == 0 ? "" : " + " + line.pending() + " pending"));
    }
}
