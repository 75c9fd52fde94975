package io.sluice.runtime.process;

import java.nio.charset.StandardCharsets;

/**
 * All that a child process left.
 *
 * @param stdout empty unless it was piped
 * @param stderr empty unless it was piped
 */
@SuppressWarnings("ArrayRecordComponent") // the caller's own bytes, which nobody compares
public record Output(ExitStatus status, byte[] stdout, byte[] stderr) {

    /** {@link #stdout} as UTF-8. */
    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** {@link #stderr} as UTF-8. */
    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }
}
