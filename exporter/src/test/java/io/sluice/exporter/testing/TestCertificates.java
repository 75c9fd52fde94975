package io.sluice.exporter.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

/**
 * Certificates made on the spot, with keys that exist in one test only: an authority, and what it issues. Takes
 * milliseconds, unlike the JDK's keytool. Source: RFC 5280.
 */
public final class TestCertificates {

    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final char[] PASSWORD = "in memory only".toCharArray();

    /** From when to when, seen from now. */
    public enum Validity {
        GOOD(-1, 1),
        EXPIRED(-10, -2),
        NOT_YET(2, 10);

        private final int fromDays;
        private final int toDays;

        Validity(int fromDays, int toDays) {
            this.fromDays = fromDays;
            this.toDays = toDays;
        }
    }

    /** A certificate, its key, and who issued it. */
    public record Issued(String subject, KeyPair keys, X509Certificate certificate, X509Certificate issuer) {

        public String certificatePem() throws GeneralSecurityException {
            return pem("CERTIFICATE", certificate.getEncoded());
        }

        public String keyPem() {
            return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
        }

        /** Writes the certificate to a file. */
        public Path writeCertificate(Path file) throws IOException, GeneralSecurityException {
            return Files.writeString(file, certificatePem());
        }

        /** Writes the key to a file, as PKCS#8. */
        public Path writeKey(Path file) throws IOException {
            return Files.writeString(file, keyPem());
        }

        /** Issues a certificate with this one as the authority. */
        public Issued issue(String name, Validity validity, String... hosts) throws GeneralSecurityException {
            return make(name, newEcKeys(), this, validity, hosts);
        }

        /** What a server uses that shows this certificate and, if it asks for one, trusts clients of {@code authority}. */
        public SSLContext serverContext(Issued authority) throws GeneralSecurityException, IOException {
            KeyStore own = store();
            own.setKeyEntry("own", keys.getPrivate(), PASSWORD, new X509Certificate[] {certificate});
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(own, PASSWORD);
            KeyStore trusted = store();
            trusted.setCertificateEntry("authority", authority.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        }
    }

    private TestCertificates() {}

    private static KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** An authority that signs itself. */
    public static Issued authority(String name) throws GeneralSecurityException {
        return make(name, newEcKeys(), null, Validity.GOOD);
    }

    /** A certificate that only vouches for itself. */
    public static Issued selfSigned(String name, KeyPair keys, String... hosts) throws GeneralSecurityException {
        return make(name, keys, null, Validity.GOOD, hosts);
    }

    public static KeyPair newEcKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    public static KeyPair newRsaKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    /** A block of a PEM file. */
    public static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static Issued make(String name, KeyPair keys, Issued issuer, Validity validity, String... hosts)
            throws GeneralSecurityException {
        String subject = "CN=" + name;
        String issuedBy = issuer == null ? subject : issuer.subject();
        PrivateKey signing = issuer == null ? keys.getPrivate() : issuer.keys().getPrivate();
        boolean rsa = signing.getAlgorithm().equals("RSA");
        byte[] algorithm =
                der(0x30, rsa ? join(oid("2a864886f70d01010b"), new byte[] {5, 0}) : oid("2a8648ce3d040302"));
        Instant now = Instant.now();
        byte[] toBeSigned = der(
                0x30,
                der(0xa0, der(0x02, new byte[] {2})),
                der(0x02, BigInteger.valueOf(SERIAL.getAndIncrement()).toByteArray()),
                algorithm,
                new X500Principal(issuedBy).getEncoded(),
                der(0x30, time(now, validity.fromDays), time(now, validity.toDays)),
                new X500Principal(subject).getEncoded(),
                keys.getPublic().getEncoded(),
                der(0xa3, der(0x30, authority(hosts.length == 0), names(hosts))));
        Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
        signature.initSign(signing);
        signature.update(toBeSigned);
        byte[] signed = der(0x30, toBeSigned, algorithm, der(0x03, new byte[] {0}, signature.sign()));
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
        return new Issued(subject, keys, certificate, issuer == null ? certificate : issuer.certificate());
    }

    private static byte[] time(Instant now, int days) {
        return der(0x18, TIME.format(now.plus(Duration.ofDays(days))).getBytes(US_ASCII));
    }

    /** Basic constraints. */
    private static byte[] authority(boolean authority) {
        byte[] flag = authority ? der(0x01, new byte[] {-1}) : new byte[0];
        return der(0x30, oid("551d13"), der(0x01, new byte[] {-1}), der(0x04, der(0x30, flag)));
    }

    /** Subject alternative names. */
    private static byte[] names(String... hosts) {
        if (hosts.length == 0) {
            return new byte[0];
        }
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (String host : hosts) {
            names.writeBytes(
                    Character.isDigit(host.charAt(0)) ? der(0x87, address(host)) : der(0x82, host.getBytes(US_ASCII)));
        }
        return der(0x30, oid("551d11"), der(0x04, der(0x30, names.toByteArray())));
    }

    private static byte[] address(String host) {
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (IOException e) {
            throw new IllegalArgumentException(host, e);
        }
    }

    private static byte[] oid(String hex) {
        return der(0x06, HexFormat.of().parseHex(hex));
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }

    /** An element of ASN.1. */
    public static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.size() > 0xff) {
            element.write(0x82);
            element.write(content.size() >> 8);
        } else if (content.size() > 0x7f) {
            element.write(0x81);
        }
        element.write(content.size());
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
