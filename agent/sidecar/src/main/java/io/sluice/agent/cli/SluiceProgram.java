package io.sluice.agent.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Where the JVM enters {@code sluice-sidecar.jar}. A sidecar whose flags are plain starts without the command line
 * library, whose classes are too old for a class-data archive and take longer than all of the rest; everything else goes
 * to {@link SluiceCommand}, which understands the plain flags too, in the same way.
 */
public final class SluiceProgram {

    /** Not for people: the launcher has an archive of classes made while it runs. */
    private static final String REHEARSE = "rehearse";

    private SluiceProgram() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) throws Exception {
        Optional<Map<String, String>> plain = PlainFlags.ofSidecar(arguments);
        if (plain.isPresent()) {
            System.exit(SidecarProcess.run(plain.get(), printer(System.out), printer(System.err)));
        } else if (Arrays.equals(arguments, new String[] {REHEARSE})) {
            // Only so that they are seen to be used.
            Signals.onEnd(() -> Runtime.getRuntime().halt(ExitCodes.CUT_SHORT), () -> {});
            System.exit(Rehearsal.run(printer(System.err)));
        } else {
            SluiceCommand.main(arguments);
        }
    }

    /** A closed standard output must not hurt: print streams swallow what they cannot write. */
    static PrintWriter printer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
