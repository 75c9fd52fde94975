package io.sluice.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;

/** Where to listen: a host and a port, or the file of a Unix-domain socket. */
public sealed interface ListenAddress permits HostPort, SocketFile {

    /** What {@link #parse} takes, for people. */
    String ALLOWED = "host:port, port 0 to 65535, 0 for any free one, or unix:/path/to.sock";

    /**
     * Reads either form.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    static ListenAddress parse(String text) {
        return text.startsWith(SocketFile.SCHEME) ? SocketFile.parse(text) : HostPort.parse(text);
    }

    /**
     * The address itself; a host is looked up, which may wait.
     *
     * @throws UnknownHostException naming the host
     */
    default SocketAddress resolve() throws UnknownHostException {
        if (this instanceof SocketFile file) {
            return UnixDomainSocketAddress.of(file.path());
        }
        HostPort inet = (HostPort) this;
        return new InetSocketAddress(InetAddress.getByName(inet.host()), inet.port());
    }
}
