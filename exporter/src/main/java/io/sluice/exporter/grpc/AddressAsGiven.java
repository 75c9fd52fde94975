package io.sluice.exporter.grpc;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grpc-java's name resolution as a matter of form: the answer is the name itself, and each connection looks it up, so
 * that a change of address is noticed and nothing is cached. Targets look like {@code sluice:/host:port}.
 */
final class AddressAsGiven extends NameResolverProvider {

    private static final String SCHEME = "sluice";

    static String target(String host, int port) {
        try {
            return new URI(SCHEME, null, "/" + host + ":" + port, null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no host: " + host, e);
        }
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
