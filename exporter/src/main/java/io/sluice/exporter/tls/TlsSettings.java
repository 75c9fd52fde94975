package io.sluice.exporter.tls;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How connections to one destination are made safe. The server's certificate is always checked, and that it is for the
 * host that was asked for.
 *
 * @param trusted certificates of authorities, or of the server itself, that are trusted in place of the JVM's own
 * @param clientCertificate the chain that is shown to a server that asks, our own certificate first; with
 *     {@code clientKey} or not at all
 * @param clientKey an unencrypted private key in PKCS#8, PKCS#1 or SEC1 form
 * @param minimumVersion of the protocol
 * @param reloadInterval how often the files are looked at; zero for never again after the start
 */
public record TlsSettings(
        Optional<PemFile> trusted,
        Optional<PemFile> clientCertificate,
        Optional<PemFile> clientKey,
        TlsVersion minimumVersion,
        Duration reloadInterval) {

    /**
     * A certificate is replaced days before it expires, so half a minute is soon enough, and reading three small files
     * that often costs nothing.
     */
    public static final Duration RELOAD_INTERVAL = Duration.ofSeconds(30);

    private static final TlsSettings SYSTEM_TRUST =
            new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), TlsVersion.TLS_1_2, RELOAD_INTERVAL);

    public TlsSettings {
        requireNonNull(trusted, "trusted");
        requireNonNull(clientCertificate, "clientCertificate");
        requireNonNull(clientKey, "clientKey");
        requireNonNull(minimumVersion, "minimumVersion");
        if (reloadInterval.isNegative()) {
            throw new IllegalArgumentException("reloadInterval is " + reloadInterval + "; allowed: zero or more");
        }
        clientCertificate.ifPresent(file -> requireOther(file, clientKey, "key"));
        clientKey.ifPresent(file -> requireOther(file, clientCertificate, "certificate"));
    }

    private static void requireOther(PemFile one, Optional<PemFile> other, String missing) {
        if (other.isEmpty()) {
            throw one.refused("but no client " + missing + " is set", "a client certificate and its key, or neither");
        }
    }

    /** What the JVM trusts, and no certificate of our own. */
    public static TlsSettings systemTrust() {
        return SYSTEM_TRUST;
    }

    /** Whether there is any file to be looked at. */
    boolean hasFiles() {
        return trusted.isPresent() || clientCertificate.isPresent();
    }
}
