package io.sluice.exporter.tls;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A PEM file and the setting that names it, so that whatever is wrong with the file can be told in the words of whoever
 * set it.
 *
 * @param setting for example {@code otel.exporter.otlp.certificate}
 */
public record PemFile(String setting, Path path) {

    public PemFile {
        requireNonNull(setting, "setting");
        requireNonNull(path, "path");
    }

    /** Bad settings, with nothing of what is inside the file. */
    IllegalArgumentException refused(String what, String allowed) {
        return refused(what, allowed, null);
    }

    /** @param cause not one whose message may quote the file */
    IllegalArgumentException refused(String what, String allowed, @Nullable Throwable cause) {
        return new IllegalArgumentException(setting + " is " + path + ", " + what + "; allowed: " + allowed, cause);
    }
}
