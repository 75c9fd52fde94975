package io.sluice.agent.otel;

import io.sluice.runtime.time.Clock;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Tells people what they must know, on the standard error of the application's JVM. Not through a logging framework: it
 * would be the application's, and in an agent too early to be touched.
 */
final class Diagnostics {

    /** As it was before the application could replace it, perhaps by something that logs and comes back to us. */
    private static final PrintStream STANDARD_ERROR = System.err;

    /** For all pipelines of this JVM. */
    private static final LineLimit LIMIT = new LineLimit(Clock.system());

    private Diagnostics() {}

    /**
     * A pipeline's trouble: one line, and the stack of what is an error of ours. Trouble that goes on is told now and
     * then, with how many lines were left out.
     */
    static void log(Level level, String message, @Nullable Throwable thrown) {
        if (level.getSeverity() < Level.INFO.getSeverity()) {
            return;
        }
        long leftOut = LIMIT.pass();
        if (leftOut < 0) {
            return;
        }
        if (leftOut > 0) {
            print(leftOut + " lines were left out");
        }
        print(thrown == null ? message : message + ": " + thrown);
        if (thrown != null && level == Level.ERROR) {
            thrown.printStackTrace(STANDARD_ERROR);
        }
    }

    /** A failure that no code of ours handles. Want of memory is nobody's bug here, and its stack says nothing. */
    static void uncaught(String where, Throwable bug) {
        if (bug instanceof VirtualMachineError) {
            log(Level.WARNING, where + ": lost something for want of memory or stack", bug);
        } else {
            log(Level.ERROR, "bug, please report: " + where, bug);
        }
    }

    /** That nothing is exported, and why. */
    static void notStarted(Throwable failure) {
        print(notStartedLine(failure));
    }

    /** The text of {@link #notStarted}. */
    static String notStartedLine(Throwable failure) {
        // Several problems of the settings come as several lines.
        String reason = failure.getMessage() == null
                ? failure.toString()
                : failure.getMessage().replace("\n", "; ");
        return "not started: " + reason + "; the application runs without telemetry";
    }

    /** One line. */
    static void print(String line) {
        STANDARD_ERROR.println("sluice: " + line);
    }
}
