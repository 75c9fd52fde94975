package io.sluice.exporter.tls;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.DiagnosticLog;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Where connections get their TLS from: the context of the files as they last were good.
 *
 * <p>Each new connection takes {@link #current()}. While {@link #watch} runs the files are looked at again at the
 * interval of the settings. Files that have changed and are good make a new context with the next generation; sessions
 * of the old one are not resumed. Files that are broken change nothing: the context stays, and it is told once for each
 * such state of the files.
 *
 * <p>Any thread, except where a method says otherwise.
 */
public final class TlsContexts {

    private final TlsSettings settings;
    private final DiagnosticLog log;

    /** Written by whoever looks, which is one at a time. */
    private volatile TlsContext current;

    /** What {@link #current} was made of. Whoever looks only. */
    private String fingerprint;

    /** The state of the files that was last found broken; null if they are good. Whoever looks only. */
    private @Nullable String broken;

    private TlsContexts(TlsSettings settings, DiagnosticLog log) {
        this.settings = settings;
        this.log = log;
        TlsFiles.Snapshot files = TlsFiles.read(settings);
        this.fingerprint = files.fingerprint();
        this.current = context(settings, files.parse(), 1);
    }

    /**
     * Reads the files; may wait for the disk.
     *
     * @param log where it is told that files have changed, and that changed files are broken
     * @throws IllegalArgumentException naming the setting, the file, what is wrong with it and what is allowed
     */
    public static TlsContexts load(TlsSettings settings, DiagnosticLog log) {
        return new TlsContexts(requireNonNull(settings, "settings"), requireNonNull(log, "log"));
    }

    public TlsSettings settings() {
        return settings;
    }

    /** For one new connection. Never waits. */
    public TlsContext current() {
        return current;
    }

    /**
     * Looks at the files at the interval of the settings until it is cancelled; at once ready if there is nothing to
     * look at. To be spawned once. The files are read on threads that may wait.
     *
     * @param replaced called after {@link #current()} has changed, inside a poll; must not wait
     */
    public Future<Void> watch(Handle handle, Runnable replaced) {
        return new TlsWatch(this, handle, replaced);
    }

    /** Reads the files again; may wait. Returns whether there is a new context. One caller at a time. */
    boolean look() {
        try {
            TlsFiles.Snapshot files = TlsFiles.read(settings);
            if (files.fingerprint().equals(fingerprint)) {
                goodAgain();
                return false;
            }
            return !files.fingerprint().equals(broken) && replace(files);
        } catch (RuntimeException e) {
            // They cannot even be read; what can be said of that state is how it is broken.
            tellBroken(String.valueOf(e.getMessage()), e);
            return false;
        }
    }

    private boolean replace(TlsFiles.Snapshot files) {
        TlsContext next;
        try {
            next = context(settings, files.parse(), current.generation() + 1);
        } catch (RuntimeException e) {
            tellBroken(files.fingerprint(), e);
            return false;
        }
        current = next;
        fingerprint = files.fingerprint();
        broken = null;
        log.log(Level.INFO, "TLS: the files have changed; new connections use them", null);
        return true;
    }

    private void goodAgain() {
        if (broken != null) {
            broken = null;
            log.log(Level.INFO, "TLS: the files are again what they were", null);
        }
    }

    private void tellBroken(String state, RuntimeException why) {
        if (!state.equals(broken)) {
            broken = state;
            log.log(
                    Level.ERROR,
                    "TLS: the files have changed and cannot be used; what was read before stays in use: "
                            + why.getMessage(),
                    null);
        }
    }

    private static TlsContext context(TlsSettings settings, TlsFiles files, long generation) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(files), new TrustManager[] {trust(settings, files)}, null);
            List<String> supported =
                    Arrays.asList(context.getSupportedSSLParameters().getProtocols());
            List<String> protocols = settings.minimumVersion().andNewer().stream()
                    .filter(supported::contains)
                    .toList();
            return new TlsContext(generation, context, protocols);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("this JVM cannot make a TLS context: " + e.getMessage(), e);
        }
    }

    private static X509ExtendedTrustManager trust(TlsSettings settings, TlsFiles files)
            throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(settings.trusted().isPresent() ? trustStore(files.trusted()) : null);
        String trusted = settings.trusted()
                .map(file -> "the certificates in " + file.path() + " (" + file.setting() + ")")
                .orElse("the JVM's authorities (to trust others, set otel.exporter.otlp.certificate)");
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager jdk) {
                return new ServerTrust(jdk, trusted);
            }
        }
        throw new GeneralSecurityException("no trust manager for certificates");
    }

    private static KeyStore trustStore(List<X509Certificate> trusted) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("trusted-" + i, trusted.get(i));
        }
        return store;
    }

    private static KeyManager @Nullable [] keys(TlsFiles files) throws GeneralSecurityException, IOException {
        if (files.identity().isEmpty()) {
            return null;
        }
        TlsFiles.Identity own = files.identity().get();
        // The store wants a password; it lives as long as this method.
        char[] password = UUID.randomUUID().toString().toCharArray();
        KeyStore store = emptyStore();
        store.setKeyEntry("own", own.key(), password, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
