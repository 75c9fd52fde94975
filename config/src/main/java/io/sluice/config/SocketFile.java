package io.sluice.config;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** The file of a Unix-domain socket to listen on. */
public record SocketFile(Path path) implements ListenAddress {

    static final String SCHEME = "unix:";

    /** The system's limit, sun_path without its end; what is longer cannot be bound. */
    private static final int MAX_BYTES = 107;

    static SocketFile parse(String text) {
        String path = text.substring(SCHEME.length()).replaceFirst("^//(?=/)", "");
        if (!path.startsWith("/")
                || path.endsWith("/")
                || path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException(text);
        }
        return new SocketFile(UnixDomainSocketAddress.of(path).getPath());
    }

    @Override
    public String toString() {
        return SCHEME + path;
    }
}
