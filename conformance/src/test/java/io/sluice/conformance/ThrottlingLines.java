package io.sluice.conformance;

import static io.sluice.conformance.Answer.busy;
import static io.sluice.conformance.Answer.busyFor;
import static io.sluice.conformance.Answer.exhaustedFor;
import static io.sluice.conformance.Answer.taken;
import static io.sluice.conformance.Level.MUST;
import static io.sluice.conformance.Level.SHOULD;
import static io.sluice.conformance.Requirement.both;
import static io.sluice.conformance.Requirement.grpc;
import static io.sluice.conformance.Requirement.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** How long a client waits before it comes again. */
final class ThrottlingLines {

    private static final String GRPC = "OTLP/gRPC Throttling";
    private static final String HTTP = "OTLP/HTTP Throttling";
    private static final String SDK_RETRY = "SDK: OTLP Exporter, Retry";

    /** Twice what both clients wait by themselves before a second attempt. */
    private static final Duration DELAY = Duration.ofSeconds(2);

    /** What timers and two clocks may take away from it. */
    private static final long ROUNDING_MILLIS = 50;

    /** Until the answer of a peer on loopback is known to the client. */
    private static final long HEARD_MILLIS = 500;

    private static final String TOO_SOON = "The next attempt came before the 2 s were over that the server asked for.";

    private ThrottlingLines() {}

    static List<Requirement> lines() {
        return List.of(
                grpc(SHOULD, GRPC, "wait as long as RetryInfo says", ThrottlingLines::delay),
                http(SHOULD, HTTP, "wait as long as Retry-After says in seconds", ThrottlingLines::delay),
                http(SHOULD, HTTP, "wait until the date that Retry-After says", ThrottlingLines::date),
                both(
                        MUST,
                        GRPC + "; " + HTTP,
                        "throttle itself, with all it has, while the server says that it is overloaded",
                        ThrottlingLines::allOfIt),
                both(
                        SHOULD,
                        "OTLP/gRPC Failures; " + HTTP,
                        "wait longer from attempt to attempt (exponential back-off)",
                        ThrottlingLines::growing),
                both(MUST, SDK_RETRY, "spread the waits of clients by jitter", ThrottlingLines::jitter));
    }

    /** By 503 or UNAVAILABLE, and by 429 or RESOURCE_EXHAUSTED. */
    private static Finding delay(Stage stage) throws Exception {
        List<Finding> findings = stage.together(List.of(
                () -> firstGap(stage, DELAY.toMillis(), busyFor(DELAY)),
                () -> firstGap(stage, DELAY.toMillis(), exhaustedFor(DELAY))));
        return findings.get(0).isMet() ? findings.get(1) : findings.get(0);
    }

    /** Dates have whole seconds: one that is at least 2 s away now, and less than 3 s. */
    private static Finding date(Stage stage) throws Exception {
        Instant date = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
        String text = DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
        Peer peer = stage.peer(new Answer.Http(503, Map.of("Retry-After", text)), taken());
        Client client = stage.client(peer);
        client.span();
        client.flush();
        return Finding.of(
                peer.seen().size() == 2 && !peer.seen().get(1).at().isBefore(date.minusMillis(ROUNDING_MILLIS)),
                "The next attempt came before the date.");
    }

    private static Finding firstGap(Stage stage, long atLeastMillis, Answer first) throws Exception {
        Peer peer = stage.peer(first, taken());
        Client client = stage.client(peer);
        client.span();
        client.flush();
        List<Long> gaps = peer.gapsMillis();
        if (gaps.isEmpty()) {
            return Finding.notMet("There was no second attempt.");
        }
        return Finding.of(gaps.get(0) >= atLeastMillis - ROUNDING_MILLIS, TOO_SOON);
    }

    private static Finding allOfIt(Stage stage) throws Exception {
        Peer peer = stage.peer(busyFor(DELAY), taken());
        Client client = stage.client(peer, Map.of("otel.bsp.max.export.batch.size", "1"));
        client.span();
        peer.awaitRequests(1);
        Thread.sleep(HEARD_MILLIS);
        client.spans(3);
        client.flush();
        List<Seen> all = peer.seen();
        Instant over = all.get(0).at().plus(DELAY).minusMillis(ROUNDING_MILLIS);
        return Finding.of(
                all.stream().skip(1).noneMatch(request -> request.at().isBefore(over)),
                "There were requests before the 2 s were over that the server asked for.");
    }

    /** The third wait is longer than the first in spite of any jitter, by half and more. */
    private static Finding growing(Stage stage) throws Exception {
        Peer peer = stage.peer(busy(), busy(), busy(), taken());
        Client client = stage.client(peer);
        client.span();
        client.flush();
        List<Long> gaps = peer.gapsMillis();
        if (gaps.size() != 3) {
            return Finding.notMet("There were " + peer.seen().size() + " attempts and not four.");
        }
        return Finding.of(gaps.get(2) > gaps.get(0), "The third wait was not longer than the first.");
    }

    private static Finding jitter(Stage stage) throws Exception {
        Callable<Long> wait = () -> {
            Peer peer = stage.peer(busy(), taken());
            Client client = stage.client(peer);
            client.span();
            client.flush();
            return peer.gapsMillis().get(0);
        };
        List<Long> waits =
                stage.together(IntStream.range(0, 8).mapToObj(i -> wait).toList());
        long spread = waits.stream().mapToLong(millis -> millis).max().orElse(0)
                - waits.stream().mapToLong(millis -> millis).min().orElse(0);
        return Finding.of(spread >= 50, "Eight clients waited for the same time.");
    }
}
