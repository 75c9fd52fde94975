package io.sluice.exporter.tls;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What went wrong with TLS, in words for whoever set it up. */
public final class TlsFailure {

    /** How the JDK words what the other side said before it hung up (RFC 8446, Alert Protocol). */
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: ([a-z_]+)");

    private static final String OURS_REFUSED = "the server does not accept our certificate";

    private static final String NO_COMMON_WAY = "the server found no way of encryption that both sides know";

    private static final Map<String, String> ALERTS = Map.ofEntries(
            Map.entry("certificate_required", "the server wants a client certificate"),
            Map.entry("bad_certificate", OURS_REFUSED),
            Map.entry("unsupported_certificate", OURS_REFUSED),
            Map.entry("certificate_revoked", OURS_REFUSED + ": it is revoked"),
            Map.entry("certificate_expired", OURS_REFUSED + ": it has expired"),
            Map.entry("certificate_unknown", OURS_REFUSED),
            Map.entry("unknown_ca", OURS_REFUSED + ": it does not know who issued it"),
            Map.entry("access_denied", OURS_REFUSED),
            Map.entry("protocol_version", "the server speaks none of the TLS versions that are allowed here"),
            Map.entry("handshake_failure", NO_COMMON_WAY),
            Map.entry("insufficient_security", "the server finds our ways of encryption too weak"),
            Map.entry("unrecognized_name", "the server does not know the host that was asked for"),
            Map.entry("no_application_protocol", "the server speaks none of the protocols that were offered"));

    private static final String HOW_TO_SET =
            "; set otel.exporter.otlp.client.certificate and otel.exporter.otlp.client.key";

    private TlsFailure() {}

    /**
     * Words for {@code failure}; empty if it is not about TLS.
     *
     * @param settings what the connection was made with
     */
    public static Optional<String> words(Throwable failure, TlsSettings settings) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return Optional.of(words((SSLException) cause, settings));
            }
        }
        return Optional.empty();
    }

    private static String words(SSLException failure, TlsSettings settings) {
        String message = String.valueOf(failure.getMessage());
        Matcher alert = ALERT.matcher(message);
        if (!alert.find()) {
            return message;
        }
        String said = ALERTS.getOrDefault(alert.group(1), "the server ended it");
        boolean showNone = settings.clientCertificate().isEmpty();
        if (showNone && said.startsWith(OURS_REFUSED)) {
            // What servers say to a client that shows no certificate, before TLS 1.3 gave it an alert of its own.
            said = "the server wants a client certificate, or does not accept ours";
        } else if (said.equals(NO_COMMON_WAY)) {
            // TLS 1.2 lets servers say the same of a missing certificate (RFC 5246, section 7.4.6).
            said = showNone
                    ? "the server wants a client certificate, or found no way of encryption that both sides know"
                    : NO_COMMON_WAY + ", or does not accept our certificate";
        }
        String hint = showNone && said.startsWith("the server wants") ? HOW_TO_SET : "";
        return said + " (alert " + alert.group(1) + ")" + hint;
    }
}
