package io.sluice.agent.sidecar;

import io.sluice.exporter.transport.HttpHead;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a request shows its token: in {@code authorization} it follows "Bearer", any other header is the token.
 *
 * @param name in lower case
 */
record TokenHeader(String name) {

    private static final String AUTHORIZATION = "authorization";
    private static final String BEARER = "bearer ";

    TokenHeader {
        name = name.toLowerCase(Locale.ROOT);
    }

    boolean isAuthorization() {
        return name.equals(AUTHORIZATION);
    }

    /** What a request shows, valid or not. */
    Optional<String> of(HttpHead head) {
        Optional<String> value = head.header(name).map(String::strip);
        if (!isAuthorization()) {
            return value;
        }
        return value.filter(text -> text.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(text -> text.substring(BEARER.length()).strip());
    }
}
