package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.transport.HttpHead;
import io.sluice.exporter.transport.PeerConnection;
import java.util.Optional;

/**
 * Who a request is from, as far as fairness is concerned: the subject of the peer's certificate, else its token, else the
 * header that the settings name, else the connection. Only what the sidecar itself has checked keeps a sender from passing for another.
 */
final class SenderNames {

    /** Longer ones are cut: a name is kept as long as its sender is known, and shown in metrics. */
    static final int MAX_CHARACTERS = 64;

    private final Optional<TokenHeader> token;
    private final Optional<String> header;

    /** @param token where requests show the token that has let them in, if they need one */
    SenderNames(Optional<TokenHeader> token, Optional<String> header) {
        this.token = requireNonNull(token, "token");
        this.header = requireNonNull(header, "header");
    }

    String of(HttpHead head) {
        PeerConnection connection = head.connection();
        if (connection.principal().isPresent()) {
            return clean(connection.principal().get());
        }
        Optional<String> shown = token.flatMap(where -> where.of(head));
        if (shown.isPresent()) {
            return Tokens.nameOf(shown.get());
        }
        return header.flatMap(head::header)
                .filter(value -> !value.isBlank())
                .map(SenderNames::clean)
                .orElseGet(() -> "connection-" + connection.id());
    }

    /** What may stand in a metric's label and in a log line. */
    private static String clean(String name) {
        String cut = name.length() <= MAX_CHARACTERS ? name : name.substring(0, MAX_CHARACTERS);
        StringBuilder clean = new StringBuilder(cut.length());
        cut.strip()
                .chars()
                .map(c -> c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : c)
                .forEach(c -> clean.append((char) c));
        return clean.toString();
    }
}
