package io.sluice.exporter.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/**
 * The private key in a PEM file, in whichever of the three common forms it is written: PKCS#8 (RFC 5958), PKCS#1 for RSA
 * (RFC 8017) or SEC1 for elliptic curves (RFC 5915). The JDK reads the first; the others are put into its envelope.
 */
final class PemKey {

    static final String ALLOWED = "an unencrypted private key in PEM: PKCS#8 (BEGIN PRIVATE KEY), PKCS#1 (BEGIN RSA"
            + " PRIVATE KEY) or SEC1 (BEGIN EC PRIVATE KEY), of type RSA, EC or EdDSA";

    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";

    /** What a certificate for TLS can be for. */
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};
    private static final byte[] NULL = {5, 0};

    /** 1.2.840.113549.1.1.1 */
    private static final byte[] RSA_ENCRYPTION = {
        Der.OBJECT_ID, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1
    };

    /** 1.2.840.10045.2.1 */
    private static final byte[] EC_PUBLIC_KEY = {Der.OBJECT_ID, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    /** In SEC1, the field that names the curve. */
    private static final int CURVE = 0xa0;

    private PemKey() {}

    /** @throws IllegalArgumentException naming the setting, the file and what is allowed, never the key */
    static PrivateKey read(byte[] content, PemFile file) {
        List<Pem.Block> keys = Pem.blocks(content, file, ALLOWED).stream()
                .filter(block -> block.label().endsWith(PKCS8))
                .toList();
        if (keys.isEmpty()) {
            throw file.refused("which holds no private key", ALLOWED);
        }
        if (keys.size() > 1) {
            throw file.refused("which holds " + keys.size() + " private keys", "one key; " + ALLOWED);
        }
        Pem.Block key = keys.get(0);
        if (key.encrypted()) {
            throw file.refused("whose key is encrypted", ALLOWED);
        }
        return parse(key, file)
                .orElseThrow(() -> file.refused("whose \"" + key.label() + "\" cannot be read", ALLOWED));
    }

    private static Optional<PrivateKey> parse(Pem.Block key, PemFile file) {
        try {
            return switch (key.label()) {
                case PKCS8 -> parse(key.der());
                case PKCS1 -> parse(envelope(RSA_ENCRYPTION, NULL, key.der()));
                case SEC1 -> parse(envelope(EC_PUBLIC_KEY, curve(key.der()), key.der()));
                default -> throw file.refused("whose key is a \"" + key.label() + "\"", ALLOWED);
            };
        } catch (MalformedKeyException e) {
            return Optional.empty();
        }
    }

    private static Optional<PrivateKey> parse(byte[] pkcs8) {
        return ALGORITHMS.stream()
                .flatMap(algorithm -> parse(pkcs8, algorithm).stream())
                .findFirst();
    }

    private static Optional<PrivateKey> parse(byte[] pkcs8, String algorithm) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException e) {
            // Of another type, or of none.
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM knows no keys of type " + algorithm, e);
        }
    }

    private static byte[] envelope(byte[] algorithm, byte[] parameters, byte[] key) {
        return Der.element(
                Der.SEQUENCE,
                VERSION_0,
                Der.element(Der.SEQUENCE, algorithm, parameters),
                Der.element(Der.OCTET_STRING, key));
    }

    /** Which curve a SEC1 key is on: outside of it, where PKCS#8 wants it, it is not written. */
    private static byte[] curve(byte[] sec1) throws MalformedKeyException {
        try {
            Der fields = new Der(new Der(sec1).read(Der.SEQUENCE));
            fields.read(Der.INTEGER);
            fields.read(Der.OCTET_STRING);
            return fields.read(CURVE);
        } catch (IllegalArgumentException e) {
            throw new MalformedKeyException();
        }
    }

    /** Without words: they could quote the key. */
    private static final class MalformedKeyException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
