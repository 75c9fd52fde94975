package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.AccountSnapshot;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells at the end of a drain what became of each item of a signal: a line for people, and if wanted a line of JSON at the
 * end of a file.
 */
final class AccountReport {

    private static final String HOP = "agent";

    private final Consumer<String> lines;
    private final Optional<Path> file;

    /**
     * @param lines takes each line for people
     * @param file gets a line of JSON each; several processes may share it
     */
    AccountReport(Consumer<String> lines, Optional<Path> file) {
        this.lines = requireNonNull(lines, "lines");
        this.file = requireNonNull(file, "file");
    }

    /** Writes; on a thread that may wait. A file that cannot be written is told as a line. */
    void tell(Signal signal, AccountSnapshot account) {
        lines.accept(signal.key() + ": " + account);
        file.ifPresent(path -> append(path, account.toJson(HOP, signal.key()) + "\n"));
    }

    private void append(Path path, String line) {
        try {
            // One write call a line, so that lines of several processes do not mix.
            Files.write(
                    path, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException | SecurityException cannotWrite) {
            lines.accept("account file not written: " + cannotWrite);
        }
    }
}
