package io.sluice.runtime.process;

import java.io.File;
import java.lang.ProcessBuilder.Redirect;

/** Where a standard stream of a child process leads. Follows {@code std::process::Stdio}. */
public enum Stdio {
    /** Where this process's own leads. */
    INHERIT,
    /** Nowhere: reads find the end, writes are thrown away. */
    NULL,
    /** Here; see {@link Child}. */
    PIPED;

    Redirect asInput() {
        return switch (this) {
            case INHERIT -> Redirect.INHERIT;
            case NULL -> Redirect.from(new File(File.separatorChar == '\\' ? "NUL" : "/dev/null"));
            case PIPED -> Redirect.PIPE;
        };
    }

    Redirect asOutput() {
        return switch (this) {
            case INHERIT -> Redirect.INHERIT;
            case NULL -> Redirect.DISCARD;
            case PIPED -> Redirect.PIPE;
        };
    }
}
