package io.sluice.config;

/**
 * An address to listen on, as it was written; not looked up.
 *
 * @param host a name or a literal address; an IPv6 address without its brackets
 * @param port 0 for any free one
 */
public record HostPort(String host, int port) implements ListenAddress {

    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(text);
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port < 0 || port > 65_535 || (!bracketed && host.indexOf(':') >= 0)) {
            throw new IllegalArgumentException(text);
        }
        String name = bracketed ? host.substring(1, host.length() - 1) : host;
        if (name.isBlank()) {
            throw new IllegalArgumentException(text);
        }
        return new HostPort(name, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
