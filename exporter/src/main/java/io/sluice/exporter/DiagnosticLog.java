package io.sluice.exporter;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline tells people what goes wrong. The agent gives its own; {@link #system()} is for programs that use
 * the library.
 *
 * <p>Called on a thread that may wait, never on a worker and never under a lock. Any thread, also several at once.
 */
@FunctionalInterface
public interface DiagnosticLog {

    void log(Level level, String message, @Nullable Throwable thrown);

    /** The platform's logging, under the name {@code io.sluice}. Looked up with the first line, not before. */
    static DiagnosticLog system() {
        return (level, message, thrown) -> {
            System.Logger logger = System.getLogger("io.sluice");
            if (thrown == null) {
                logger.log(level, message);
            } else {
                logger.log(level, message, thrown);
            }
        };
    }

    /** Tells nobody. */
    static DiagnosticLog silent() {
        return (level, message, thrown) -> {};
    }
}
