package io.sluice.exporter.tls;

import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What new connections use from one reading of the files to the next. Immutable; any thread.
 *
 * @param generation grows with each change of the files; a connection of an older one is to be replaced
 * @param sslContext with trust and, if there is one, our identity
 * @param protocols the versions that may be spoken, by the JDK's names
 */
public record TlsContext(long generation, SSLContext sslContext, List<String> protocols) {

    private static final String CHECK_THE_HOST = "HTTPS";

    public TlsContext {
        protocols = List.copyOf(protocols);
    }

    /**
     * An engine for one new connection: as a client, asking for {@code host} by name (SNI, RFC 6066) and checking that
     * the certificate is for it (RFC 2818).
     *
     * @param host a name or a literal address, without brackets
     * @param applicationProtocols what is offered in ALPN (RFC 7301), in order of preference
     */
    public SSLEngine newEngine(String host, int port, List<String> applicationProtocols) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        SSLEngine engine = sslContext.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols.toArray(String[]::new));
        parameters.setEndpointIdentificationAlgorithm(CHECK_THE_HOST);
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        if (isName(name)) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /**
     * An engine for one new connection that a peer has opened.
     *
     * @param applicationProtocols what is taken in ALPN (RFC 7301), in order of preference; a peer that offers others
     *     only is refused, one that offers none is not
     * @param needClientCertificate whether the peer has to show a certificate that is trusted
     */
    public SSLEngine newServerEngine(List<String> applicationProtocols, boolean needClientCertificate) {
        SSLEngine engine = sslContext.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols.toArray(String[]::new));
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        parameters.setNeedClientAuth(needClientCertificate);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Whether {@code host} is one that SNI can carry; it has no room for addresses. */
    private static boolean isName(String host) {
        if (host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1))) {
            return false;
        }
        try {
            return !new SNIHostName(host).getAsciiName().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
