package io.sluice.conformance;

import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Map;

/** Files of an authority and of what it issued to a server and a client; keys that exist in one run only. */
record Identities(Path folder) {

    static final String PASSWORD = "of one run";

    static Identities issue(Path folder) throws Exception {
        Issued authority = TestCertificates.authority("Conformance Authority");
        Issued server = authority.issue("peer", Validity.GOOD, "localhost", "127.0.0.1");
        Issued client = authority.issue("client", Validity.GOOD);
        Identities files = new Identities(folder);
        Issued stranger = TestCertificates.authority("Unknown Authority");
        stranger.writeCertificate(folder.resolve("stranger.pem"));
        stranger.writeKey(folder.resolve("stranger.key"));
        authority.writeCertificate(files.authority());
        server.writeCertificate(files.serverCertificate());
        server.writeKey(files.serverKey());
        client.writeCertificate(files.clientCertificate());
        client.writeKey(files.clientKey());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", server.keys().getPrivate(), PASSWORD.toCharArray(), new X509Certificate[] {
            server.certificate()
        });
        store(keys, files.serverStore());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.certificate());
        store(trusted, files.trustStore());
        return files;
    }

    private static void store(KeyStore store, Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    Path authority() {
        return folder.resolve("authority.pem");
    }

    Path serverCertificate() {
        return folder.resolve("server.pem");
    }

    Path serverKey() {
        return folder.resolve("server.key");
    }

    Path serverStore() {
        return folder.resolve("server.p12");
    }

    Path trustStore() {
        return folder.resolve("trust.p12");
    }

    Path clientCertificate() {
        return folder.resolve("client.pem");
    }

    Path clientKey() {
        return folder.resolve("client.key");
    }

    /** The same settings with files that do not lead to the server. */
    Map<String, String> strangers() {
        String certificate = folder.resolve("stranger.pem").toString();
        return Map.of(
                "otel.exporter.otlp.certificate", certificate,
                "otel.exporter.otlp.client.certificate", certificate,
                "otel.exporter.otlp.client.key", folder.resolve("stranger.key").toString());
    }

    /** What the standard's settings say to a client. */
    Map<String, String> clientSettings() {
        return Map.of(
                "otel.exporter.otlp.certificate", authority().toString(),
                "otel.exporter.otlp.client.certificate", clientCertificate().toString(),
                "otel.exporter.otlp.client.key", clientKey().toString());
    }
}
