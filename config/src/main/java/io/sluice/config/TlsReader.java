package io.sluice.config;

import io.sluice.exporter.Signal;
import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.tls.PemFile;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.tls.TlsVersion;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Reads what makes a connection safe: the files of TLS, and the file of headers with credentials. One thread. */
final class TlsReader {

    private final SettingsReader reader;

    TlsReader(SettingsReader reader) {
        this.reader = reader;
    }

    /** The files are not opened here. */
    TlsSettings read(Signal signal, URI endpoint) {
        Optional<PemFile> trusted = file(Keys.CERTIFICATE, signal);
        Optional<PemFile> certificate = file(Keys.CLIENT_CERTIFICATE, signal);
        Optional<PemFile> key = file(Keys.CLIENT_KEY, signal);
        if (certificate.isPresent() != key.isPresent()) {
            SettingKey<Path> set = key.isPresent() ? Keys.CLIENT_KEY : Keys.CLIENT_CERTIFICATE;
            SettingKey<Path> missing = key.isPresent() ? Keys.CLIENT_CERTIFICATE : Keys.CLIENT_KEY;
            reader.problem(which(set, signal), "only together with " + missing.name());
            certificate = Optional.empty();
            key = Optional.empty();
        }
        if (!"https".equalsIgnoreCase(endpoint.getScheme())) {
            warnOfNoUse(Keys.CERTIFICATE, trusted, signal);
            warnOfNoUse(Keys.CLIENT_CERTIFICATE, certificate, signal);
        }
        return new TlsSettings(
                trusted,
                certificate,
                key,
                reader.get(Keys.TLS_MINIMUM, "1.2").equals("1.3") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                reader.get(Keys.TLS_RELOAD, TlsSettings.RELOAD_INTERVAL));
    }

    private void warnOfNoUse(SettingKey<Path> key, Optional<PemFile> file, Signal signal) {
        // Most programs send no profiles, and where somebody does the other signals' lines say the same.
        if (file.isPresent() && signal != Signal.PROFILES) {
            reader.warning(which(key, signal), "without effect on " + signal.key() + ", whose endpoint is not https");
        }
    }

    /** The signal's own file, else the general one; it remembers which setting named it. */
    private Optional<PemFile> file(SettingKey<Path> general, Signal signal) {
        Optional<Path> common = reader.find(general);
        SettingKey<Path> ownKey = Keys.forSignal(general, signal);
        return reader.find(ownKey)
                .map(path -> new PemFile(ownKey.name(), path))
                .or(() -> common.map(path -> new PemFile(general.name(), path)));
    }

    /** The key of the two that is set. Both have been read. */
    private SettingKey<Path> which(SettingKey<Path> general, Signal signal) {
        SettingKey<Path> own = Keys.forSignal(general, signal);
        return reader.find(own).isPresent() ? own : general;
    }

    /** The file is read here, so that a wrong one is told with everything else. */
    Optional<HeaderSource> headers() {
        Optional<Path> file = reader.find(Keys.HEADERS_FILE);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(HeaderSource.file(Keys.HEADERS_FILE.name(), file.get()));
        } catch (IllegalArgumentException e) {
            reader.problem(Keys.HEADERS_FILE, "a file with headers; " + e.getMessage());
            return Optional.empty();
        }
    }
}
