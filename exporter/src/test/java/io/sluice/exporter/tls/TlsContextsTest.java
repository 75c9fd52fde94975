package io.sluice.exporter.tls;

import static io.sluice.exporter.testing.TestCertificates.der;
import static io.sluice.exporter.testing.TestCertificates.pem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.testing.TestCertificates;
import io.sluice.exporter.testing.TestCertificates.Issued;
import io.sluice.exporter.testing.TestCertificates.Validity;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.StepRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files, good and bad, and what becomes of them. */
class TlsContextsTest {

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static Issued authority;
    private static Issued client;

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();

    @BeforeAll
    static void issue() throws Exception {
        authority = TestCertificates.authority("authority");
        client = authority.issue("client", Validity.GOOD, "client.test");
    }

    @Test
    void systemTrust_needsNoFiles() {
        TlsContext context = TlsContexts.load(TlsSettings.systemTrust(), log()).current();

        assertThat(context.generation()).isEqualTo(1);
        assertThat(context.protocols()).containsExactly("TLSv1.2", "TLSv1.3");
    }

    @Test
    void engine_asksForTheHost_checksIt_andSpeaksNothingOld() {
        TlsContext context = TlsContexts.load(TlsSettings.systemTrust(), log()).current();

        SSLEngine engine = context.newEngine("collector.test.", 4318, List.of("http/1.1"));

        assertThat(engine.getUseClientMode()).isTrue();
        assertThat(engine.getPeerHost()).isEqualTo("collector.test");
        assertThat(engine.getSSLParameters().getEndpointIdentificationAlgorithm())
                .isEqualTo("HTTPS");
        assertThat(engine.getSSLParameters().getServerNames()).containsExactly(new SNIHostName("collector.test"));
        assertThat(engine.getSSLParameters().getApplicationProtocols()).containsExactly("http/1.1");
        assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        for (String address : List.of("127.0.0.1", "::1", "not_a_name")) {
            assertThat(context.newEngine(address, 1, List.of())
                            .getSSLParameters()
                            .getServerNames())
                    .isNullOrEmpty();
        }
    }

    @Test
    void minimumOfTls13_leavesOutTls12() {
        TlsSettings settings = new TlsSettings(
                Optional.empty(), Optional.empty(), Optional.empty(), TlsVersion.TLS_1_3, Duration.ZERO);

        assertThat(TlsContexts.load(settings, log()).current().protocols()).containsExactly("TLSv1.3");
    }

    @Test
    void keys_inEveryForm_areRead() throws Exception {
        KeyPair rsa = TestCertificates.newRsaKeys();
        KeyPair ec = TestCertificates.newEcKeys();
        KeyPair ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        for (Map.Entry<KeyPair, String> form : Map.of(
                        rsa, pem("RSA PRIVATE KEY", inside(rsa)), ec, pem("EC PRIVATE KEY", sec1(ec)))
                .entrySet()) {
            PrivateKey expected = form.getKey().getPrivate();
            assertSame(read(form.getValue()), expected);
            assertSame(
                    read("before\r\n"
                            + pem("PRIVATE KEY", expected.getEncoded()).replace("\n", "\r\n") + "after"),
                    expected);
        }
        assertSame(
                read("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + pem("EC PRIVATE KEY", sec1(ec))),
                ec.getPrivate());
        assertThat(read(pem("PRIVATE KEY", ed.getPrivate().getEncoded()))).isEqualTo(ed.getPrivate());
    }

    /** Two encodings of a key on a curve may differ in what may be left out. */
    private static void assertSame(PrivateKey read, PrivateKey expected) {
        if (expected instanceof ECPrivateKey key) {
            assertThat(((ECPrivateKey) read).getS()).isEqualTo(key.getS());
            assertThat(((ECPrivateKey) read).getParams().getOrder())
                    .isEqualTo(key.getParams().getOrder());
        } else {
            assertThat(read).isEqualTo(expected);
        }
    }

    private static PrivateKey read(String pem) {
        return PemKey.read(pem.getBytes(UTF_8), new PemFile("client.key", Path.of("key.pem")));
    }

    /** The key in a PKCS#8 envelope; of RSA that is PKCS#1. */
    private static byte[] inside(KeyPair keys) {
        Der fields = new Der(new Der(keys.getPrivate().getEncoded()).read(Der.SEQUENCE));
        fields.read(Der.INTEGER);
        fields.read(Der.SEQUENCE);
        return fields.read(Der.OCTET_STRING);
    }

    /** As OpenSSL writes it: with the curve. */
    private static byte[] sec1(KeyPair keys) {
        Der fields = new Der(new Der(inside(keys)).read(Der.SEQUENCE));
        fields.read(Der.INTEGER);
        byte[] number = fields.read(Der.OCTET_STRING);
        byte[] curve = der(0x06, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7});
        return der(0x30, der(0x02, new byte[] {1}), der(0x04, number), der(0xa0, curve));
    }

    @Test
    void keyThatCannotBeUsed_isRefused_sayingWhy_andNothingOfTheKey() throws Exception {
        String good = client.keyPem();
        String secret = good.lines().skip(1).findFirst().orElseThrow().substring(20, 50);
        Map<String, String> wrong = Map.of(
                good.replace("PRIVATE", "ENCRYPTED PRIVATE"),
                "encrypted",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" + secret
                        + "\n-----END RSA PRIVATE KEY-----\n",
                "encrypted",
                good.replace("PRIVATE", "DSA PRIVATE"),
                "\"DSA PRIVATE KEY\"",
                good.replace("PRIVATE", "RSA PRIVATE"),
                "cannot be read",
                good.replace("PRIVATE", "EC PRIVATE"),
                "cannot be read",
                good.replace("\nM", "\n!"),
                "is not base64",
                good.substring(0, good.length() - 20),
                "has no end",
                good + good,
                "holds 2 private keys",
                client.certificatePem(),
                "holds no private key",
                "hello " + secret,
                "holds no private key");
        for (Map.Entry<String, String> file : wrong.entrySet()) {
            Path key = Files.writeString(folder.resolve("key.pem"), file.getKey());

            assertThatThrownBy(() -> load(client.writeCertificate(folder.resolve("cert.pem")), key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("client.key is " + key + ", ")
                    .hasMessageContaining(file.getValue())
                    .hasMessageContaining("; allowed: ")
                    .hasMessageNotContaining(secret)
                    .hasNoCause();
        }
    }

    @Test
    void keyOfAnotherCertificate_isRefused_namingBoth() throws Exception {
        Path certificate = client.writeCertificate(folder.resolve("cert.pem"));
        Path key = authority.writeKey(folder.resolve("key.pem"));

        assertThatThrownBy(() -> load(certificate, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("client.key is " + key)
                .hasMessageContaining("not the one of the first certificate in " + certificate + " (CN=client)")
                .hasMessageContaining("client.certificate");
    }

    @Test
    void certificatesThatCannotBeUsed_areRefused_sayingWhy() throws Exception {
        String good = client.certificatePem();
        Map<String, String> wrong = Map.of(
                "",
                "which is empty",
                "hello",
                "holds no certificate",
                client.keyPem(),
                "holds no certificate",
                good.replace("\nMI", "\nMJ"),
                "certificate number 1 cannot be read",
                good + good.replace("\nM", "\n*"),
                "is not base64");
        for (Map.Entry<String, String> file : wrong.entrySet()) {
            Path path = Files.writeString(folder.resolve("trusted.pem"), file.getKey());
            assertRefused(path, file.getValue());
        }
        assertRefused(folder.resolve("nowhere.pem"), "which does not exist");
        assertRefused(folder, "which is a directory");
        assertRefused(Files.write(folder.resolve("huge.pem"), new byte[(8 << 20) + 1]), "larger than 8388608 bytes");
    }

    private void assertRefused(Path path, String why) {
        assertThatThrownBy(() -> TlsContexts.load(trusting(path), log()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("certificate is " + path + ", ")
                .hasMessageContaining(why)
                .hasMessageContaining("; allowed: ");
    }

    @Test
    void certificateWithoutItsKey_isRefused_andSoIsAKeyAlone() {
        Optional<PemFile> file = Optional.of(new PemFile("the.setting", Path.of("x.pem")));

        assertThatThrownBy(() ->
                        new TlsSettings(Optional.empty(), file, Optional.empty(), TlsVersion.TLS_1_2, Duration.ZERO))
                .hasMessageContaining("the.setting is x.pem, but no client key is set");
        assertThatThrownBy(() ->
                        new TlsSettings(Optional.empty(), Optional.empty(), file, TlsVersion.TLS_1_2, Duration.ZERO))
                .hasMessageContaining("the.setting is x.pem, but no client certificate is set");
    }

    @Test
    void look_findsNewFiles_andLeavesEqualOnesAlone() throws Exception {
        Path trusted = authority.writeCertificate(folder.resolve("trusted.pem"));
        TlsContexts contexts = TlsContexts.load(trusting(trusted), log());
        TlsContext first = contexts.current();

        authority.writeCertificate(trusted);
        assertThat(contexts.look()).isFalse();
        assertThat(contexts.current()).isSameAs(first);

        client.writeCertificate(trusted);
        assertThat(contexts.look()).isTrue();
        assertThat(contexts.current().generation()).isEqualTo(2);
        assertThat(contexts.current().sslContext()).isNotSameAs(first.sslContext());
        assertThat(log).hasSize(1).first().asString().contains("INFO").contains("new connections use them");
    }

    @Test
    void look_atABrokenFile_keepsTheOldContext_andSaysSoOnce() throws Exception {
        Path trusted = authority.writeCertificate(folder.resolve("trusted.pem"));
        TlsContexts contexts = TlsContexts.load(trusting(trusted), log());
        TlsContext first = contexts.current();

        Files.writeString(trusted, "half a cert");
        assertThat(contexts.look()).isFalse();
        assertThat(contexts.look()).isFalse();
        assertThat(contexts.current()).isSameAs(first);
        assertThat(log)
                .hasSize(1)
                .first()
                .asString()
                .startsWith("ERROR")
                .contains("stays in use")
                .contains("no cert");

        Files.delete(trusted);
        assertThat(contexts.look()).isFalse();
        assertThat(contexts.look()).isFalse();
        assertThat(log).hasSize(2).last().asString().contains("does not exist");

        authority.writeCertificate(trusted);
        assertThat(contexts.look()).isFalse();
        assertThat(log).hasSize(3).last().asString().startsWith("INFO");

        Files.delete(trusted);
        contexts.look();
        client.writeCertificate(trusted);
        assertThat(contexts.look()).isTrue();
        assertThat(log).hasSize(5);
    }

    @Test
    void watch_looksOncePerInterval_andLeavesNoTimerBehind() throws Exception {
        Path trusted = authority.writeCertificate(folder.resolve("trusted.pem"));
        try (StepRuntime steps = new StepRuntime()) {
            TlsContexts contexts = TlsContexts.load(trusting(trusted), log());
            AtomicInteger replaced = new AtomicInteger();
            JoinHandle<Void> watch = steps.handle().spawn(contexts.watch(steps.handle(), replaced::incrementAndGet));
            steps.run();
            client.writeCertificate(trusted);
            steps.advance(INTERVAL.minusMillis(1));
            assertThat(replaced).hasValue(0);

            steps.advance(Duration.ofMillis(1));
            runUntilReplaced(steps, replaced);
            assertThat(replaced).hasValue(1);
            steps.advance(INTERVAL, Duration.ofSeconds(1));
            assertThat(replaced).hasValue(1);

            watch.abort();
            steps.run();
            assertThat(steps.handle().timeDriver().timers()).isZero();
        }
    }

    /** The files are read on a thread that steps do not move. */
    private static void runUntilReplaced(StepRuntime steps, AtomicInteger replaced) {
        long startNanos = System.nanoTime();
        while (replaced.get() == 0 && System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(10)) {
            steps.run();
            LockSupport.parkNanos(200_000);
        }
    }

    @Test
    void watch_withNothingToLookAt_endsAtOnce() {
        try (StepRuntime steps = new StepRuntime()) {
            TlsContexts contexts = TlsContexts.load(TlsSettings.systemTrust(), log());
            JoinHandle<Void> watch = steps.handle().spawn(contexts.watch(steps.handle(), () -> {}));
            steps.run();

            assertThat(watch.isFinished()).isTrue();
            assertThat(steps.handle().timeDriver().timers()).isZero();
        }
    }

    @Test
    void settings_andWhatIsRead_showNoKey() throws Exception {
        Path certificate = client.writeCertificate(folder.resolve("cert.pem"));
        Path key = client.writeKey(folder.resolve("key.pem"));
        String secret = Base64.getEncoder()
                .encodeToString(Arrays.copyOfRange(client.keys().getPrivate().getEncoded(), 30, 45));

        TlsFiles files = TlsFiles.read(withClient(certificate, key)).parse();

        assertThat(files.toString() + withClient(certificate, key))
                .contains("CN=client", key.toString())
                .doesNotContain(secret)
                .doesNotContain(client.keys().getPrivate().toString());
    }

    private TlsContexts load(Path certificate, Path key) {
        return TlsContexts.load(withClient(certificate, key), log());
    }

    private static TlsSettings trusting(Path file) {
        return new TlsSettings(
                Optional.of(new PemFile("certificate", file)),
                Optional.empty(),
                Optional.empty(),
                TlsVersion.TLS_1_2,
                INTERVAL);
    }

    private static TlsSettings withClient(Path certificate, Path key) {
        return new TlsSettings(
                Optional.empty(),
                Optional.of(new PemFile("client.certificate", certificate)),
                Optional.of(new PemFile("client.key", key)),
                TlsVersion.TLS_1_2,
                INTERVAL);
    }

    private DiagnosticLog log() {
        return (level, message, thrown) -> log.add(level + " " + message);
    }
}
