package io.sluice.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who may send to the sidecar, and how much.
 *
 * @param allowedOrigins of pages in browsers; a star in one stands for any letters
 * @param tokenFile the tokens that let a sender in; empty if none is needed
 * @param tokenHeader the header that shows one
 * @param maxBytesPerSecond of all senders together, as they are sent; empty for no limit
 */
public record AccessOptions(
        List<String> allowedOrigins, Optional<Path> tokenFile, String tokenHeader, OptionalLong maxBytesPerSecond) {

    public AccessOptions {
        allowedOrigins = List.copyOf(allowedOrigins);
        requireNonNull(tokenFile, "tokenFile");
        requireNonNull(tokenHeader, "tokenHeader");
        requireNonNull(maxBytesPerSecond, "maxBytesPerSecond");
    }
}
