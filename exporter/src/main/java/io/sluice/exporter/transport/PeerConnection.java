package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * The connection that a request came over.
 *
 * @param id unique in the process
 * @param address the peer's; for a Unix-domain socket as a rule without a name
 * @param secure whether it is TLS
 * @param principal the subject of the certificate that the peer has shown, checked against the trusted ones (RFC 2253);
 *     empty if none was asked for
 */
public record PeerConnection(long id, SocketAddress address, boolean secure, Optional<String> principal) {

    public PeerConnection {
        requireNonNull(address, "address");
        requireNonNull(principal, "principal");
    }
}
