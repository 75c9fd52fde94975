package io.sluice.examples.demo;

import java.io.IOException;
import java.util.List;

/**
 * The demo's main: {@code Demo [--requests=200] [--fault=...] [--keep]}.
 *
 * <p>Exits with 0 if all that went in came out, 1 if not or if something did not run, 2 on a wrong argument.
 */
public final class Demo {

    private Demo() {}

    /** Runs the demo and exits. */
    public static void main(String[] commandLine) throws InterruptedException {
        DemoArguments arguments;
        try {
            arguments = DemoArguments.parse(commandLine);
        } catch (IllegalArgumentException wrong) {
            System.err.println("demo: " + wrong.getMessage() + "\n" + DemoArguments.USAGE);
            System.exit(2);
            return;
        }
        System.exit(run(arguments, new Console(System.out, arguments.terminal())) ? 0 : 1);
    }

    /** Whether it ran and balances. */
    private static boolean run(DemoArguments arguments, Console console) throws InterruptedException {
        try (Workplace workplace = Workplace.open(arguments.keep())) {
            boolean balanced = run(arguments, console, workplace);
            if (arguments.keep()) {
                console.line("kept: " + workplace.directory());
            }
            return balanced;
        } catch (IOException failed) {
            console.line("failed: " + failed);
            return false;
        }
    }

    private static boolean run(DemoArguments arguments, Console console, Workplace workplace)
            throws InterruptedException {
        boolean balanced = false;
        try {
            Evidence evidence = new DemoRun(arguments, Programs.ofThisProcess(), workplace, console).run();
            Balance balance = Balance.of(evidence);
            print(evidence, balance, console);
            balanced = balance.isBalanced();
        } catch (IOException failed) {
            console.done();
            console.line("failed: " + failed.getMessage());
        }
        if (!balanced && !workplace.errors().isEmpty()) {
            console.line("what the processes said on standard error:");
            console.line(workplace.errors());
        }
        return balanced;
    }

    private static void print(Evidence evidence, Balance balance, Console console) {
        List<Driven> driven = evidence.driven();
        console.line("");
        console.line(AccountTable.of(evidence));
        console.line(String.format(
                "%,d requests; at the far end %,d of %,d server spans, %,d of %,d spans, by span id",
                driven.size(),
                Balance.serverSpans(evidence.collector()),
                Balance.serverSpansExpected(driven),
                Signal.TRACES.keptBy(evidence.collector()),
                Balance.spansExpected(driven)));
        if (balance.isBalanced()) {
            console.line("balanced: nothing was lost");
        } else {
            console.line("NOT balanced:");
            balance.failures().forEach(failure -> console.line("  " + failure));
        }
    }
}
