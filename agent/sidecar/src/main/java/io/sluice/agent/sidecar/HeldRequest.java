package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.otlp.OtlpRequest;
import java.util.Optional;

/**
 * A request in custody, from its acceptance until it is settled.
 *
 * @param share what it holds of custody
 * @param reply whom to tell what became of it, if somebody waits for that
 */
record HeldRequest(OtlpRequest request, Custody.Share share, Optional<Reply> reply) {

    HeldRequest {
        requireNonNull(request, "request");
        requireNonNull(share, "share");
        requireNonNull(reply, "reply");
    }

    Sender sender() {
        return share.sender();
    }

    int items() {
        return request.items();
    }

    int bytes() {
        return request.body().length;
    }
}
