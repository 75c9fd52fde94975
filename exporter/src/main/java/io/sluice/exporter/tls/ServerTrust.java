package io.sluice.exporter.tls;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own check of a server's certificate, whose refusals say which certificate, which host and what is trusted,
 * in words that end up in the reason of a failed attempt.
 */
final class ServerTrust extends X509ExtendedTrustManager {

    /** RFC 5280, GeneralName. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private static final int MAX_NAMES = 5;
    private static final int MAX_CHARS = 200;

    private final X509ExtendedTrustManager jdk;
    private final String trusted;

    /** @param trusted what {@code jdk} trusts, for people */
    ServerTrust(X509ExtendedTrustManager jdk, String trusted) {
        this.jdk = jdk;
        this.trusted = trusted;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            jdk.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw new CertificateException(words(chain, engine.getPeerHost(), e), e);
        }
    }

    private String words(X509Certificate[] chain, @Nullable String host, CertificateException e) {
        X509Certificate server = chain[0];
        String which = "the server's certificate (" + name(server) + ", issued by "
                + (isSelfSigned(server)
                        ? "itself"
                        : cut(server.getIssuerX500Principal().getName())) + ") ";
        return which
                + outOfDate(chain)
                        .orElseGet(() -> isAboutThePath(e)
                                ? "is not trusted (" + root(e) + "); trusted are " + trusted
                                : "is not for the host \"" + host + "\"; it is for " + hosts(server));
    }

    /** What is wrong with the dates of {@code chain}. */
    private static Optional<String> outOfDate(X509Certificate[] chain) {
        for (X509Certificate certificate : chain) {
            String whose = certificate.equals(chain[0]) ? "" : "was issued by " + name(certificate) + ", which ";
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException e) {
                return Optional.of(
                        whose + "expired on " + certificate.getNotAfter().toInstant());
            } catch (CertificateNotYetValidException e) {
                return Optional.of(whose + "is not valid before "
                        + certificate.getNotBefore().toInstant());
            }
        }
        return Optional.empty();
    }

    /** Whether the chain was refused as such; otherwise it was found good, but for another host. */
    private static boolean isAboutThePath(Throwable refusal) {
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return true;
            }
        }
        return false;
    }

    /** Where the refusal began: with a weak key, for example. */
    private static String root(Throwable refusal) {
        Throwable root = refusal;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return cut(String.valueOf(root.getMessage()));
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static String name(X509Certificate certificate) {
        return cut(certificate.getSubjectX500Principal().getName());
    }

    private static String hosts(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return "names that cannot be read";
        }
        if (names == null) {
            return "no host: it has no subject alternative name";
        }
        List<String> hosts = names.stream()
                .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
                .map(name -> cut(String.valueOf(name.get(1))))
                .toList();
        return hosts.size() <= MAX_NAMES
                ? String.join(", ", hosts)
                : String.join(", ", hosts.subList(0, MAX_NAMES)) + " and " + (hosts.size() - MAX_NAMES) + " more";
    }

    /** The peer chose these words. */
    private static String cut(String words) {
        String clean = words.replaceAll("\\p{Cntrl}", " ");
        return clean.length() <= MAX_CHARS ? clean : clean.substring(0, MAX_CHARS) + "...";
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return jdk.getAcceptedIssuers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        jdk.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        jdk.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        jdk.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        jdk.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        jdk.checkClientTrusted(chain, authType);
    }
}
