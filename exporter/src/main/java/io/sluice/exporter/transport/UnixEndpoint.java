package io.sluice.exporter.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * A URL that names a socket file instead of a host: {@code unix:///path/to.sock}, for OTLP/HTTP with the path of the
 * request after a colon, as in {@code unix:///path/to.sock:/v1/traces}. Our own extension of OTLP's endpoints.
 *
 * @param requestPath empty if there is none
 */
public record UnixEndpoint(Path socket, String requestPath) {

    private static final String SCHEME = "unix";
    private static final String SEPARATOR = ":/";

    /** What {@link #parse} takes, for people. */
    public static final String ALLOWED = "unix:///path/to.sock";

    public static boolean isUnix(URI url) {
        return SCHEME.equalsIgnoreCase(url.getScheme());
    }

    /** Whether {@link #parse} takes {@code url}. */
    public static boolean isAllowed(URI url) {
        String path = url.getPath();
        return isUnix(url)
                && url.getRawAuthority() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && path != null
                && path.startsWith("/")
                && !path.startsWith(SEPARATOR, 1)
                && path.length() > 1
                && path.indexOf('\0') < 0;
    }

    /**
     * The parts of {@code url}.
     *
     * @throws IllegalArgumentException if it is another URL
     */
    public static UnixEndpoint parse(URI url) {
        if (!isAllowed(url)) {
            throw new IllegalArgumentException("endpoint is " + url + "; allowed: " + ALLOWED);
        }
        int end = url.getPath().indexOf(SEPARATOR);
        return end < 0
                ? new UnixEndpoint(Path.of(url.getPath()), "")
                : new UnixEndpoint(
                        Path.of(url.getPath().substring(0, end)), url.getPath().substring(end + 1));
    }

    /** This with {@code path} appended to the path of the request. */
    public URI append(String path) {
        String prefix = requestPath.endsWith("/") ? requestPath.substring(0, requestPath.length() - 1) : requestPath;
        try {
            return new URI(SCHEME, "", socket + ":" + prefix + path, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no path of a request: " + path, e);
        }
    }

    /** What to connect to. */
    public UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(socket);
    }
}
