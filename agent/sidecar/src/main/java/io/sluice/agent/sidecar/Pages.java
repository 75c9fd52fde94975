package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Signal;
import io.sluice.exporter.transport.HttpResponse;
import java.util.Map;
import java.util.Optional;

/** What the sidecar shows of itself to whoever asks over HTTP. Any thread. */
final class Pages {

    /** Less of custody than this part is no room for a sender that comes now. */
    private static final int ROOM_SHARE = 8;

    private final Map<Signal, Lane> lanes;
    private final Custody custody;
    private final Figures figures;

    /** Set once, when the drain begins. */
    private volatile boolean draining;

    Pages(Map<Signal, Lane> lanes, Custody custody, Figures figures) {
        this.lanes = Map.copyOf(lanes);
        this.custody = requireNonNull(custody, "custody");
        this.figures = requireNonNull(figures, "figures");
    }

    void drainBegins() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** Empty if nothing is at {@code path}. */
    Optional<HttpResponse> page(String path) {
        return switch (path) {
            case "/healthz" -> Optional.of(HttpResponse.text(200, "ok"));
            case "/readyz" -> Optional.of(ready());
            case "/metrics" -> Optional.of(PrometheusText.page(figures.now()));
            default -> Optional.empty();
        };
    }

    /** Ready is who would take a request now and expects to be rid of it. */
    private HttpResponse ready() {
        if (draining) {
            return HttpResponse.text(503, "draining");
        }
        long held = custody.heldBytes();
        if (custody.maxBytes() - held < custody.maxBytes() / ROOM_SHARE) {
            return HttpResponse.text(503, "custody is full: " + held + " of " + custody.maxBytes() + " bytes held");
        }
        for (Lane lane : lanes.values()) {
            if (!lane.destinationAnswers()) {
                return HttpResponse.text(503, "the destination of " + lane.name() + " does not answer");
            }
        }
        return HttpResponse.text(200, "ready");
    }
}
