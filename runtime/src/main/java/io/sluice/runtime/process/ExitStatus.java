package io.sluice.runtime.process;

/**
 * How a child process ended. Follows {@code std::process::ExitStatus}, but for a signal, which the JDK does not tell
 * from a code.
 *
 * @param code what the program gave to {@code exit}; where a signal ended it, 128 and the signal's number
 */
public record ExitStatus(int code) {

    /** Whether the program says that all went well. */
    public boolean isSuccess() {
        return code == 0;
    }
}
