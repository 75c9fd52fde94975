package io.sluice.exporter.grpc;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import io.sluice.exporter.transport.UnixEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grpc-java's name resolution as a matter of form: the answer is the name itself, and each connection looks it up, so
 * that a change of address is noticed and nothing is cached. Targets look like {@code sluice:/host:port}, or
 * {@code sluice:/localhost?/path/to.sock} for a socket file.
 */
final class AddressAsGiven extends NameResolverProvider {

    /** The only one: the registry, which is the process's, keeps each that it is given. */
    static final NameResolverProvider PROVIDER = new AddressAsGiven();

    private static final String SCHEME = "sluice";

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private AddressAsGiven() {}

    /** What grpc-java is to be told instead of {@code endpoint}. */
    static String target(URI endpoint) {
        try {
            if (UnixEndpoint.isUnix(endpoint)) {
                String file = UnixEndpoint.parse(endpoint).socket().toString();
                return new URI(SCHEME, null, "/localhost", file, null).toString();
            }
            return new URI(SCHEME, null, "/" + endpoint.getHost() + ":" + port(endpoint), null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no endpoint: " + endpoint, e);
        }
    }

    /** The port of {@code endpoint}, or the usual one of its scheme. */
    static int port(URI endpoint) {
        if (endpoint.getPort() >= 0) {
            return endpoint.getPort();
        }
        return GrpcTransportSettings.isSecure(endpoint) ? HTTPS_PORT : HTTP_PORT;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    /** Below that of the resolver for bare names, which stays the default. */
    @Override
    protected int priority() {
        return 1;
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
        if (!SCHEME.equals(target.getScheme())) {
            return null;
        }
        String authority = target.getPath().substring(1);
        if (target.getQuery() != null) {
            return new Resolver(authority, UnixDomainSocketAddress.of(target.getQuery()));
        }
        int colon = authority.lastIndexOf(':');
        String host = authority.substring(0, colon);
        int port = Integer.parseInt(authority.substring(colon + 1));
        return new Resolver(
                authority,
                InetSocketAddress.createUnresolved(
                        host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port));
    }

    private static final class Resolver extends NameResolver {
        private final String authority;
        private final SocketAddress address;

        Resolver(String authority, SocketAddress address) {
            this.authority = authority;
            this.address = address;
        }

        @Override
        public String getServiceAuthority() {
            return authority;
        }

        @Override
        public void start(Listener2 listener) {
            listener.onResult2(ResolutionResult.newBuilder()
                    .setAddressesOrError(StatusOr.fromValue(List.of(new EquivalentAddressGroup(address))))
                    .build());
        }

        @Override
        public void shutdown() {}
    }
}
