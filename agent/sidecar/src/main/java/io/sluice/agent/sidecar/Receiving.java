package io.sluice.agent.sidecar;

import io.sluice.config.ListenAddress;
import io.sluice.config.ReceiverOptions;
import io.sluice.config.SluiceSettings;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.Signal;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.exporter.transport.ListenOn;
import io.sluice.exporter.transport.ServerTls;
import io.sluice.exporter.transport.UnixEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes of settings what the sidecar's server listens on. No state. */
final class Receiving {

    private Receiving() {}

    /**
     * Looks up the addresses and reads the files of TLS; may wait.
     *
     * @throws UnknownHostException naming the host to listen on, if it is unknown
     * @throws IllegalArgumentException if the sidecar would send to itself, or a file of TLS cannot be used
     */
    static ListenOn of(SluiceSettings settings, DiagnosticLog log) throws UnknownHostException {
        ReceiverOptions receiving = settings.sidecar().receiver();
        List<SocketAddress> addresses = new ArrayList<>();
        for (ListenAddress address : receiving.listen()) {
            addresses.add(address.resolve());
        }
        refuseLoops(addresses, settings);
        Optional<ServerTls> tls =
                receiving.tls().map(files -> new ServerTls(TlsContexts.load(files, log), receiving.tlsRequired()));
        return new ListenOn(addresses, tls);
    }

    /** Looks nothing up: a name that is not obviously this machine is somebody else's. */
    private static void refuseLoops(List<SocketAddress> listen, SluiceSettings settings) {
        for (Signal signal : Signal.values()) {
            URI endpoint = settings.pipeline(signal).transport().endpoint();
            if (listen.stream().anyMatch(address -> isSame(endpoint, address))) {
                throw new IllegalArgumentException("the sidecar listens on "
                        + settings.sidecar().receiver().listen()
                        + " and would send " + signal + " to itself at " + endpoint
                        + "; set otel.exporter.otlp.endpoint or sluice.sidecar.listen to another address");
            }
        }
    }

    private static boolean isSame(URI endpoint, SocketAddress address) {
        if (UnixEndpoint.isUnix(endpoint)) {
            return UnixEndpoint.parse(endpoint).address().equals(address);
        }
        int ofScheme = "https".equalsIgnoreCase(endpoint.getScheme()) ? 443 : 80;
        int port = endpoint.getPort() < 0 ? ofScheme : endpoint.getPort();
        return address instanceof InetSocketAddress inet
                && port == inet.getPort()
                && endpoint.getHost() != null
                && isHere(endpoint.getHost(), inet);
    }

    private static boolean isHere(String host, InetSocketAddress listen) {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return name.equalsIgnoreCase("localhost")
                || name.startsWith("127.")
                || name.equals("::1")
                || name.equals("0.0.0.0")
                || name.equalsIgnoreCase(listen.getHostString())
                || name.equals(listen.getAddress().getHostAddress());
    }
}
