package io.sluice.exporter.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What was in the files of {@link TlsSettings} at one moment, parsed and found to fit together.
 *
 * @param trusted empty for the JVM's own
 * @param identity what is shown to a server that asks
 */
record TlsFiles(List<X509Certificate> trusted, Optional<Identity> identity) {

    private static final String CERTIFICATES = "one or more certificates in PEM (BEGIN CERTIFICATE)";

    /** Far above any bundle of authorities; what is larger is another file. */
    private static final int MAX_BYTES = 8 << 20;

    TlsFiles {
        trusted = List.copyOf(trusted);
    }

    /** A key and the certificates that go with it. */
    record Identity(PrivateKey key, List<X509Certificate> chain) {

        Identity {
            chain = List.copyOf(chain);
        }

        /** Without the key. */
        @Override
        public String toString() {
            return chain.get(0).getSubjectX500Principal().getName();
        }
    }

    /** The files as they are, unparsed. Private: it may hold a key. */
    private record Contents(Optional<byte[]> trusted, Optional<byte[]> clientCertificate, Optional<byte[]> clientKey) {}

    /** Files read, and something to tell by whether they have changed since. */
    static final class Snapshot {
        private final TlsSettings settings;
        private final Contents contents;
        private final String fingerprint;

        private Snapshot(TlsSettings settings, Contents contents) {
            this.settings = settings;
            this.contents = contents;
            this.fingerprint = fingerprintOf(contents);
        }

        /** Equal for equal contents. */
        String fingerprint() {
            return fingerprint;
        }

        /** @throws IllegalArgumentException naming the setting, the file, what is wrong and what is allowed */
        TlsFiles parse() {
            List<X509Certificate> trusted = settings.trusted()
                    .map(file -> certificates(contents.trusted.orElseThrow(), file))
                    .orElse(List.of());
            Optional<Identity> identity = settings.clientCertificate()
                    .map(file -> new Identity(
                            PemKey.read(
                                    contents.clientKey.orElseThrow(),
                                    settings.clientKey().orElseThrow()),
                            certificates(contents.clientCertificate.orElseThrow(), file)));
            identity.ifPresent(own -> requireFit(
                    own,
                    settings.clientKey().orElseThrow(),
                    settings.clientCertificate().orElseThrow()));
            return new TlsFiles(trusted, identity);
        }
    }

    /**
     * Reads the files; may wait.
     *
     * @throws IllegalArgumentException if one cannot be read, naming it and its setting
     */
    static Snapshot read(TlsSettings settings) {
        return new Snapshot(
                settings,
                new Contents(
                        settings.trusted().map(file -> content(file, CERTIFICATES)),
                        settings.clientCertificate().map(file -> content(file, CERTIFICATES)),
                        settings.clientKey().map(file -> content(file, PemKey.ALLOWED))));
    }

    private static byte[] content(PemFile file, String allowed) {
        if (Files.isDirectory(file.path())) {
            throw file.refused("which is a directory", "a file with " + allowed);
        }
        if (!Files.exists(file.path())) {
            throw file.refused("which does not exist", "a file with " + allowed);
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file.path())) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw file.refused(
                    "which cannot be read (" + e.getClass().getSimpleName() + ")", "a file with " + allowed, e);
        }
        if (content.length > MAX_BYTES) {
            throw file.refused("which is larger than " + MAX_BYTES + " bytes", allowed);
        }
        if (content.length == 0) {
            throw file.refused("which is empty", allowed);
        }
        return content;
    }

    private static List<X509Certificate> certificates(byte[] content, PemFile file) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Pem.Block block : Pem.blocks(content, file, CERTIFICATES)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                certificates.add(certificate(block.der(), file, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw file.refused("which holds no certificate", CERTIFICATES);
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der, PemFile file, int number) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw file.refused("whose certificate number " + number + " cannot be read", CERTIFICATES, e);
        }
    }

    /** Signs with the one and checks with the other: nothing else says for every type of key that they fit. */
    private static void requireFit(Identity own, PemFile keyFile, PemFile certificateFile) {
        PublicKey certified = own.chain().get(0).getPublicKey();
        if (!fits(own.key(), certified)) {
            throw keyFile.refused(
                    "whose key is not the one of the first certificate in " + certificateFile.path() + " ("
                            + own.chain().get(0).getSubjectX500Principal().getName() + ")",
                    "the private key of the certificate that " + certificateFile.setting() + " names");
        }
    }

    private static boolean fits(PrivateKey key, PublicKey certified) {
        byte[] message = {1, 2, 3, 4, 5, 6, 7, 8};
        try {
            Signature signature = Signature.getInstance(signatureFor(key.getAlgorithm()));
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureFor(String algorithm) {
        return switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
    }

    private static String fingerprintOf(Contents contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Optional<byte[]> part : List.of(contents.trusted, contents.clientCertificate, contents.clientKey)) {
                digest.update(digestOf(part));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static byte[] digestOf(Optional<byte[]> part) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(part.orElse(new byte[0]));
    }
}
