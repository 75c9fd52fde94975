package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where a server listens, and with what certificates.
 *
 * @param addresses TCP's, port 0 for any free one, and files of sockets
 * @param tls if there are certificates; its files are watched until the server's shutdown; connections through files are
 *     never its concern
 */
public record ListenOn(List<SocketAddress> addresses, Optional<ServerTls> tls) {

    public ListenOn {
        addresses = List.copyOf(addresses);
        requireNonNull(tls, "tls");
    }
}
