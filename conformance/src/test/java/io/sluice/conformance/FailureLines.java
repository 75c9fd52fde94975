package io.sluice.conformance;

import static io.sluice.conformance.Answer.busy;
import static io.sluice.conformance.Answer.exhausted;
import static io.sluice.conformance.Answer.exhaustedFor;
import static io.sluice.conformance.Answer.refused;
import static io.sluice.conformance.Answer.status;
import static io.sluice.conformance.Answer.taken;
import static io.sluice.conformance.Level.MUST_NOT;
import static io.sluice.conformance.Level.SHOULD;
import static io.sluice.conformance.Requirement.both;
import static io.sluice.conformance.Requirement.grpc;
import static io.sluice.conformance.Requirement.http;
import static io.sluice.exporter.testing.Await.await;

import io.grpc.Status;
import io.sluice.exporter.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is sent again after a failure, and what is not. */
final class FailureLines {

    private static final String CODES = "OTLP/gRPC Failures";
    private static final String STATUSES = "OTLP/HTTP Retryable Response Codes";

    private static final List<Status.Code> RETRYABLE = List.of(
            Status.Code.CANCELLED,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.ABORTED,
            Status.Code.OUT_OF_RANGE,
            Status.Code.UNAVAILABLE,
            Status.Code.DATA_LOSS);

    private static final List<Status.Code> FINAL = List.of(
            Status.Code.UNKNOWN,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.ALREADY_EXISTS,
            Status.Code.PERMISSION_DENIED,
            Status.Code.UNAUTHENTICATED,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.UNIMPLEMENTED,
            Status.Code.INTERNAL);

    private static final List<Integer> FINAL_STATUSES =
            List.of(401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415, 422, 431, 500, 501, 505, 507, 511);

    private FailureLines() {}

    static List<Requirement> lines() {
        return List.of(
                both(MUST_NOT, "Partial Success", "retry on a partial success", FailureLines::partialSuccess),
                grpc(MUST_NOT, CODES, "retry after a code that is not retryable", FailureLines::finalCodes),
                grpc(SHOULD, CODES, "retry after the codes that are retryable", FailureLines::retryableCodes),
                grpc(
                        SHOULD,
                        CODES,
                        "retry after RESOURCE_EXHAUSTED if it has RetryInfo",
                        FailureLines::exhaustedWithRetryInfo),
                grpc(
                        SHOULD,
                        CODES,
                        "not retry after RESOURCE_EXHAUSTED without RetryInfo",
                        FailureLines::exhaustedWithoutRetryInfo),
                http(SHOULD, STATUSES, "retry after 429, 502, 503 and 504", FailureLines::retryableStatuses),
                http(MUST_NOT, STATUSES, "retry after another 4xx or 5xx", FailureLines::finalStatuses),
                http(MUST_NOT, "OTLP/HTTP Bad Data", "retry after 400", FailureLines::badData),
                both(
                        SHOULD,
                        CODES + "; " + STATUSES,
                        "do so for metrics and log records as for spans",
                        FailureLines::everySignal),
                both(SHOULD, CODES, "count what was dropped after a final error", FailureLines::counted),
                both(
                        SHOULD,
                        "OTLP/HTTP All Other Responses",
                        "send the same request again when the server disconnects without a response",
                        FailureLines::disconnect),
                http(
                        SHOULD,
                        "OTLP/HTTP All Other Responses; RFC 9110",
                        "take any 2xx as a success",
                        FailureLines::otherSuccess),
                http(
                        MUST_NOT,
                        "OTLP/HTTP All Other Responses; RFC 9110",
                        "make anything but the same POST of a request that is redirected",
                        FailureLines::redirect));
    }

    private static Finding partialSuccess(Stage stage) throws Exception {
        for (int rejected : List.of(1, 0)) {
            Peer peer = stage.peer(new Answer.PartlyTaken(rejected));
            Client client = stage.client(peer, EncodingLines.ALL_SIGNALS);
            List<String> driven = List.of(client.span(), client.log(), client.metric());
            client.flushAll();
            if (!driven.stream().allMatch(item -> peer.seen(item).size() == 1)) {
                return Finding.notMet("Something was sent again.");
            }
        }
        return Finding.met();
    }

    private static Finding finalCodes(Stage stage) throws Exception {
        return sentOnce(
                stage,
                FINAL.stream()
                        .map(code -> (Answer) new Answer.Grpc(code, false))
                        .toList(),
                FINAL);
    }

    private static Finding finalStatuses(Stage stage) throws Exception {
        List<Integer> statuses = shown(stage, FINAL_STATUSES);
        return sentOnce(stage, statuses.stream().map(Answer::status).toList(), statuses);
    }

    private static List<Integer> shown(Stage stage, List<Integer> statuses) {
        return statuses.stream().filter(status -> stage.shows(status(status))).toList();
    }

    private static Finding badData(Stage stage) throws Exception {
        return sentOnce(stage, List.of(refused()), List.of(400));
    }

    /** One span an answer; each must be seen once. */
    private static Finding sentOnce(Stage stage, List<Answer> answers, List<?> names) throws Exception {
        Peer peer = stage.peer(answers.toArray(new Answer[0]));
        Client client = stage.client(peer);
        List<Object> again = new ArrayList<>();
        for (Object name : names) {
            String span = client.span();
            client.flush();
            if (peer.seen(span).size() > 1) {
                again.add(name);
            }
        }
        if (peer.items().size() != names.size()) {
            return Finding.notMet("Only " + peer.items().size() + " of " + names.size() + " requests were sent.");
        }
        return Finding.of(again.isEmpty(), "It was sent again after " + again + ".");
    }

    private static Finding retryableCodes(Stage stage) throws Exception {
        List<Answer> answers = Stream.of(false, true)
                .flatMap(inTrailers -> RETRYABLE.stream().map(code -> (Answer) new Answer.Grpc(code, inTrailers)))
                .filter(stage::shows)
                .toList();
        List<Boolean> again = sentAgain(stage, answers);
        List<Status.Code> lostAlone = lost(again.subList(0, RETRYABLE.size()), RETRYABLE);
        List<Status.Code> lostInTrailers = answers.size() == RETRYABLE.size()
                ? List.of()
                : lost(again.subList(RETRYABLE.size(), again.size()), RETRYABLE);
        if (!lostAlone.isEmpty()) {
            return Finding.notMet("Not sent again after " + lostAlone + ".");
        }
        return Finding.of(
                lostInTrailers.isEmpty(),
                "Not sent again after " + lostInTrailers + " in trailers that follow headers.");
    }

    private static Finding retryableStatuses(Stage stage) throws Exception {
        List<Integer> statuses = shown(stage, List.of(429, 502, 503, 504));
        List<Integer> lost =
                lost(sentAgain(stage, statuses.stream().map(Answer::status).toList()), statuses);
        return Finding.of(lost.isEmpty(), "Not sent again after " + lost + ".");
    }

    private static Finding exhaustedWithRetryInfo(Stage stage) throws Exception {
        return Finding.of(
                sentAgain(stage, List.of(exhaustedFor(Duration.ofSeconds(1)))).get(0), "It was not retried.");
    }

    private static Finding exhaustedWithoutRetryInfo(Stage stage) throws Exception {
        return Finding.of(!sentAgain(stage, List.of(exhausted())).get(0), "It was retried.");
    }

    private static Finding everySignal(Stage stage) throws Exception {
        List<Finding> findings = stage.together(Stream.of(Signal.METRICS, Signal.LOGS)
                .map(signal -> (Callable<Finding>) () -> retryable(stage, signal))
                .toList());
        return findings.get(0).isMet() ? findings.get(1) : findings.get(0);
    }

    /** The first request is told to come back; one that follows, that it is bad. */
    private static Finding retryable(Stage stage, Signal signal) throws Exception {
        Peer peer = stage.peer(busy(), taken(), refused());
        Client client = stage.client(
                peer,
                Map.of(
                        "otel.traces.exporter", "none",
                        "otel.metrics.exporter", signal == Signal.METRICS ? "otlp" : "none",
                        "otel.logs.exporter", signal == Signal.LOGS ? "otlp" : "none"));
        String retried = signal == Signal.METRICS ? client.metric() : client.log();
        client.flushAll();
        if (peer.seen(retried).size() != 2) {
            return Finding.notMet("After a retryable error, " + signal.key() + " were not sent again.");
        }
        String bad = signal == Signal.METRICS ? client.metric() : client.log();
        if (signal == Signal.LOGS) {
            // The first flush may be answered with the one before, see Client.flush; metrics come with each anew.
            await(() -> {
                client.flushAll();
                return !peer.seen(bad).isEmpty();
            });
        }
        client.flushAll();
        return Finding.of(peer.seen(bad).size() == 1, "After a final error, " + signal.key() + " were sent again.");
    }

    private static Finding disconnect(Stage stage) throws Exception {
        Answer reset = new Answer.Disconnect(true);
        boolean withReset = stage.protocol() == Protocol.HTTP && stage.shows(reset);
        Answer end = new Answer.Disconnect(false);
        List<Boolean> again = sentAgain(stage, withReset ? List.of(end, reset) : List.of(end));
        if (!again.get(0)) {
            return Finding.notMet("It was not sent again after the connection had ended.");
        }
        return Finding.of(!again.contains(false), "It was not sent again after a reset.");
    }

    /** Whether a request is sent again, the same, after each of the answers; by a client and a peer each. */
    private static List<Boolean> sentAgain(Stage stage, List<Answer> answers) throws Exception {
        return stage.together(answers.stream()
                .map(answer -> (Callable<Boolean>) () -> {
                    Peer peer = stage.peer(answer, taken());
                    Client client = stage.client(peer);
                    String span = client.span();
                    client.flush();
                    return peer.seen(span).size() == 2 && peer.items().equals(Set.of(span));
                })
                .toList());
    }

    private static <T> List<T> lost(List<Boolean> again, List<T> names) {
        return IntStream.range(0, names.size())
                .filter(i -> !again.get(i))
                .mapToObj(names::get)
                .toList();
    }

    private static Finding counted(Stage stage) throws Exception {
        Peer peer = stage.peer(refused());
        Client client = stage.client(peer);
        client.spans(3);
        client.flush();
        return Finding.ofLoss(client, 3);
    }

    private static Finding otherSuccess(Stage stage) throws Exception {
        Peer peer = stage.peer(status(201), status(202), status(204));
        Client client = stage.client(peer);
        for (int i = 0; i < 3; i++) {
            client.span();
            client.flush();
        }
        return Finding.of(peer.seen().size() == 3 && client.countedAsLost() == 0, "It was taken for a failure.");
    }

    private static Finding redirect(Stage stage) throws Exception {
        for (int status : List.of(301, 302, 303, 307, 308)) {
            Peer peer = stage.peer(new Answer.Http(status, Map.of("Location", "/elsewhere/v1/traces")), taken());
            Client client = stage.client(peer);
            String span = client.span();
            client.flush();
            for (Seen request : peer.seen()) {
                if (!request.path().startsWith("POST ") || !request.items().equals(List.of(span))) {
                    return Finding.notMet("After " + status + " a "
                            + request.path().substring(0, 4).strip()
                            + " without the spans was sent to where it pointed.");
                }
            }
        }
        return Finding.met();
    }
}
