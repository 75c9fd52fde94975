package io.sluice.conformance;

import static io.sluice.conformance.Level.MUST;
import static io.sluice.conformance.Level.SHOULD;
import static io.sluice.conformance.ReceiverCaller.JSON;
import static io.sluice.conformance.ReceiverCaller.PROTOBUF;
import static io.sluice.conformance.ReceiverLine.both;
import static io.sluice.conformance.ReceiverLine.grpc;
import static io.sluice.conformance.ReceiverLine.http;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.Status;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.sluice.exporter.Signal;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Every line for servers that shows outside of them, in the order of the page. */
final class ReceiverLines {

    private static final String TRACE_ID = "5B8EFFF798038103D269B633813FC60C";
    private static final int RESPONSE_LIMIT = 4 << 20;

    /** Above every limit that a receiver has by default, and a few kilobytes as gzip. */
    private static final int ABOVE_ALL_LIMITS = (64 << 20) + 1;

    private ReceiverLines() {}

    static List<ReceiverLine> all() {
        return List.of(
                both(MUST, "Protocol Details", "accept requests that are not compressed", ReceiverLines::plain),
                both(MUST, "Protocol Details", "accept gzip", ReceiverLines::gzip),
                both(
                        MUST,
                        "OTLP/gRPC Full Success, OTLP/HTTP Full Success",
                        "answer each signal's request with that signal's response, with 200 over HTTP",
                        ReceiverLines::eachSignal),
                both(
                        MUST,
                        "OTLP/gRPC Full Success, OTLP/HTTP Full Success",
                        "leave `partial_success` unset when all was accepted",
                        ReceiverLines::noPartialSuccess),
                both(
                        SHOULD,
                        "OTLP/gRPC Full Success, OTLP/HTTP Full Success",
                        "answer an empty request with success",
                        ReceiverLines::empty),
                both(
                        MUST,
                        "Future Versions and Interoperability",
                        "pass over fields that it does not know, in binary Protobuf",
                        ReceiverLines::unknownField),
                http(MUST, "JSON Protobuf Encoding", "take `application/json`", ReceiverLines::json),
                http(
                        MUST,
                        "JSON Protobuf Encoding",
                        "read ids as hexadecimal digits, large and small",
                        ReceiverLines::jsonIds),
                http(
                        MUST,
                        "JSON Protobuf Encoding",
                        "pass over names that it does not know",
                        ReceiverLines::jsonUnknown),
                http(MUST, "JSON Protobuf Encoding", "take enums as numbers", ReceiverLines::json),
                http(
                        SHOULD,
                        "OTLP/HTTP Connection",
                        "take binary Protobuf and JSON on the same port",
                        ReceiverLines::bothOnOnePort),
                http(
                        MUST,
                        "OTLP/HTTP Response",
                        "answer in the encoding of the request",
                        ReceiverLines::sameContentType),
                http(MUST, "Bad Data", "answer 400 to a body that cannot be decoded", ReceiverLines::badData),
                http(MUST, "Bad Data", "answer 400 to gzip that cannot be decoded", ReceiverLines::badGzip),
                http(
                        MUST,
                        "JSON Protobuf Encoding; Bad Data",
                        "answer 400 to JSON that cannot be decoded",
                        ReceiverLines::badJson),
                http(
                        MUST,
                        "OTLP/HTTP Failures",
                        "put a `Status` with a message into the body of a failure, in the encoding of the request",
                        ReceiverLines::statusBody),
                http(SHOULD, "Bad Data", "not ask for a retry of bad data", ReceiverLines::noRetryOfBadData),
                grpc(
                        MUST,
                        "OTLP/gRPC Failures",
                        "answer data that cannot be decoded with a code that is not retryable",
                        ReceiverLines::badMessage),
                grpc(
                        SHOULD,
                        "OTLP/gRPC Failures",
                        "answer data that cannot be decoded with INVALID_ARGUMENT",
                        ReceiverLines::badMessageCode),
                both(
                        MUST,
                        "OTLP/gRPC Request, OTLP/HTTP Request",
                        "limit the size of a request after decompression",
                        ReceiverLines::tooLarge),
                http(
                        MUST,
                        "OTLP/HTTP Request",
                        "answer 413 to a request that is too large",
                        ReceiverLines::tooLargeStatus),
                grpc(
                        MUST,
                        "OTLP/gRPC Request",
                        "answer RESOURCE_EXHAUSTED without RetryInfo to a request that is too large",
                        ReceiverLines::tooLargeCode),
                both(
                        MUST,
                        "OTLP/gRPC Response, OTLP/HTTP Response",
                        "answer with less than 4 MiB, whatever it has to complain of",
                        ReceiverLines::smallAnswer),
                http(
                        SHOULD,
                        "OTLP/HTTP Throttling",
                        "answer 429 or 503 when it has no room",
                        ReceiverLines::busyStatus),
                grpc(
                        SHOULD,
                        "OTLP/gRPC Throttling",
                        "answer UNAVAILABLE, or RESOURCE_EXHAUSTED with RetryInfo, when it has no room",
                        ReceiverLines::busyCode),
                both(
                        SHOULD,
                        "OTLP/gRPC Throttling, OTLP/HTTP Throttling",
                        "say when to come back, by RetryInfo or Retry-After",
                        ReceiverLines::comeBack));
    }

    // ---- success ----------------------------------------------------------------------------------------------

    private static Finding plain(ReceiverStage stage) throws Exception {
        String item = ReceiverRequests.newItem();
        byte[] body = ReceiverRequests.protobuf(Signal.TRACES, item, stage.attributes());
        return stage.taken(stage.caller().send(stage.protocol(), Signal.TRACES, body), item);
    }

    private static Finding gzip(ReceiverStage stage) throws Exception {
        String item = ReceiverRequests.newItem();
        byte[] body = ReceiverRequests.protobuf(Signal.TRACES, item, stage.attributes());
        return stage.taken(stage.caller().sendGzip(stage.protocol(), Signal.TRACES, body), item);
    }

    private static Finding eachSignal(ReceiverStage stage) throws Exception {
        for (Signal signal : Signal.ofApplications()) {
            String item = ReceiverRequests.newItem();
            byte[] body = ReceiverRequests.protobuf(signal, item, stage.attributes());
            Reply reply = stage.caller().send(stage.protocol(), signal, body);
            Finding finding = stage.taken(reply, item);
            if (!finding.isMet()) {
                return finding;
            }
            // The responses of all signals have the same shape.
            if (!isResponse(reply.body())) {
                return Finding.notMet("The body was no response.");
            }
        }
        return Finding.met();
    }

    private static boolean isResponse(byte[] body) {
        try {
            return ExportTraceServiceResponse.parseFrom(body)
                    .getUnknownFields()
                    .asMap()
                    .isEmpty();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static Finding noPartialSuccess(ReceiverStage stage) throws Exception {
        byte[] body = ReceiverRequests.protobuf(Signal.TRACES, ReceiverRequests.newItem(), stage.attributes());
        Reply reply = stage.caller().send(stage.protocol(), Signal.TRACES, body);
        return Finding.of(
                reply.isAccepted()
                        && !ExportTraceServiceResponse.parseFrom(reply.body()).hasPartialSuccess(),
                "It was set.");
    }

    private static Finding empty(ReceiverStage stage) throws Exception {
        for (byte[] body : List.of(
                new byte[0],
                ExportTraceServiceRequest.newBuilder()
                        .addResourceSpansBuilder()
                        .build()
                        .toByteArray())) {
            Reply reply = stage.caller().send(stage.protocol(), Signal.TRACES, body);
            if (!reply.isAccepted()) {
                return Finding.notMet("It answered " + reply + ".");
            }
        }
        return Finding.met();
    }

    private static Finding unknownField(ReceiverStage stage) throws Exception {
        String item = ReceiverRequests.newItem();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(ReceiverRequests.protobuf(Signal.TRACES, item, stage.attributes()));
        CodedOutputStream out = CodedOutputStream.newInstance(body);
        out.writeString(9999, "from the future");
        out.writeFixed64(9998, 1);
        out.flush();
        return stage.taken(stage.caller().send(stage.protocol(), Signal.TRACES, body.toByteArray()), item);
    }

    // ---- JSON -------------------------------------------------------------------------------------------------

    private static Finding json(ReceiverStage stage) throws Exception {
        for (Signal signal : Signal.ofApplications()) {
            String item = ReceiverRequests.newItem();
            Reply reply = postJson(stage, signal, ReceiverRequests.json(signal, item, stage.attributes()));
            Finding finding = stage.taken(reply, item);
            if (!finding.isMet()) {
                return finding;
            }
        }
        return Finding.met();
    }

    private static Finding jsonIds(ReceiverStage stage) throws Exception {
        for (boolean large : List.of(true, false)) {
            String item = "ab" + ReceiverRequests.newItem().substring(2);
            Reply reply = postJson(
                    stage,
                    Signal.TRACES,
                    ReceiverRequests.json(
                            large ? TRACE_ID : TRACE_ID.toLowerCase(Locale.ROOT),
                            large ? item.toUpperCase(Locale.ROOT) : item,
                            stage.attributes(),
                            ""));
            Finding finding = stage.taken(reply, item);
            if (!finding.isMet()) {
                return finding;
            }
        }
        return Finding.met();
    }

    private static Finding jsonUnknown(ReceiverStage stage) throws Exception {
        String item = ReceiverRequests.newItem();
        String more = "\"fromTheFuture\":{\"deep\":[1,{\"deeper\":null}]},";
        return stage.taken(
                postJson(stage, Signal.TRACES, ReceiverRequests.json(TRACE_ID, item, stage.attributes(), more)), item);
    }

    private static Finding bothOnOnePort(ReceiverStage stage) throws Exception {
        Finding binary = plain(stage);
        return binary.isMet() ? json(stage) : binary;
    }

    private static Reply postJson(ReceiverStage stage, Signal signal, byte[] body) throws Exception {
        return stage.caller().post(signal, JSON, body, Map.of());
    }

    private static Finding sameContentType(ReceiverStage stage) throws Exception {
        for (String type : List.of(PROTOBUF, JSON)) {
            String item = ReceiverRequests.newItem();
            byte[] body = type.equals(JSON)
                    ? ReceiverRequests.json(Signal.TRACES, item, stage.attributes())
                    : ReceiverRequests.protobuf(Signal.TRACES, item, stage.attributes());
            Reply reply = stage.caller().post(Signal.TRACES, type, body, Map.of());
            if (!reply.isAccepted() || !mediaType(reply).equals(type)) {
                return Finding.notMet("To " + type + " it answered " + reply + " in " + mediaType(reply) + ".");
            }
        }
        return Finding.met();
    }

    private static String mediaType(Reply reply) {
        return reply.header("content-type").orElse("no type").split(";", 2)[0].strip();
    }

    // ---- bad data ---------------------------------------------------------------------------------------------

    private static byte[] broken() {
        return "this is no request".getBytes(UTF_8);
    }

    private static Finding badData(ReceiverStage stage) throws Exception {
        return isBadRequest(stage.caller().post(Signal.TRACES, PROTOBUF, broken(), Map.of()));
    }

    private static Finding badGzip(ReceiverStage stage) throws Exception {
        return isBadRequest(stage.caller().post(Signal.TRACES, PROTOBUF, broken(), Map.of("Content-Encoding", "gzip")));
    }

    private static Finding badJson(ReceiverStage stage) throws Exception {
        return isBadRequest(postJson(stage, Signal.TRACES, "{\"resourceSpans\":[".getBytes(UTF_8)));
    }

    private static Finding isBadRequest(Reply reply) {
        return Finding.of(reply.status() == 400, "It answered " + reply + ".");
    }

    private static Finding statusBody(ReceiverStage stage) throws Exception {
        Reply binary = stage.caller().post(Signal.TRACES, PROTOBUF, broken(), Map.of());
        if (!mediaType(binary).equals(PROTOBUF) || !isStatus(binary.body())) {
            return Finding.notMet("To binary Protobuf it answered in " + mediaType(binary) + ".");
        }
        Reply json = postJson(stage, Signal.TRACES, broken());
        return Finding.of(
                mediaType(json).equals(JSON) && new String(json.body(), UTF_8).contains("\"message\""),
                "To JSON it answered in " + mediaType(json) + ".");
    }

    private static boolean isStatus(byte[] body) {
        try {
            // google.rpc.Status: the code is field 1, the message field 2; as Protobuf's unknown fields it is read
            // without its class.
            return UnknownFieldSet.parseFrom(body).getField(2).getLengthDelimitedList().stream()
                    .anyMatch(message -> !message.isEmpty());
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static Finding noRetryOfBadData(ReceiverStage stage) throws Exception {
        Reply reply = stage.caller().post(Signal.TRACES, PROTOBUF, broken(), Map.of());
        return Finding.of(!reply.isAccepted() && !reply.retryAfter(), "It said Retry-After.");
    }

    private static Finding badMessage(ReceiverStage stage) throws Exception {
        Reply reply = stage.caller().send(Protocol.GRPC, Signal.TRACES, broken());
        Set<Integer> retryable = Set.of(
                Status.Code.OK.value(),
                Status.Code.CANCELLED.value(),
                Status.Code.DEADLINE_EXCEEDED.value(),
                Status.Code.ABORTED.value(),
                Status.Code.OUT_OF_RANGE.value(),
                Status.Code.UNAVAILABLE.value(),
                Status.Code.DATA_LOSS.value());
        return Finding.of(!retryable.contains(reply.status()), "It answered " + reply + ".");
    }

    private static Finding badMessageCode(ReceiverStage stage) throws Exception {
        Reply reply = stage.caller().send(Protocol.GRPC, Signal.TRACES, broken());
        return Finding.of(reply.status() == Status.Code.INVALID_ARGUMENT.value(), "It answered " + reply + ".");
    }

    // ---- sizes ------------------------------------------------------------------------------------------------

    private static Reply sendTooLarge(ReceiverStage stage) throws Exception {
        byte[] body = ReceiverRequests.padded("large", ABOVE_ALL_LIMITS, stage.attributes());
        return stage.caller().sendGzip(stage.protocol(), Signal.TRACES, body);
    }

    private static Finding tooLarge(ReceiverStage stage) throws Exception {
        return Finding.of(!sendTooLarge(stage).isAccepted(), "It took more than 64 MiB.");
    }

    private static Finding tooLargeStatus(ReceiverStage stage) throws Exception {
        Reply reply = sendTooLarge(stage);
        return Finding.of(reply.status() == 413, "It answered " + reply + ".");
    }

    private static Finding tooLargeCode(ReceiverStage stage) throws Exception {
        Reply reply = sendTooLarge(stage);
        return Finding.of(
                reply.status() == Status.Code.RESOURCE_EXHAUSTED.value() && !reply.retryAfter(),
                "It answered " + reply + ".");
    }

    private static Finding smallAnswer(ReceiverStage stage) throws Exception {
        byte[] body = new byte[3 << 20];
        Arrays.fill(body, (byte) 0xff);
        Reply reply = stage.caller().send(stage.protocol(), Signal.TRACES, body);
        int size = reply.body().length + reply.error().length();
        return Finding.of(!reply.isAccepted() && size < RESPONSE_LIMIT, "It answered with " + size + " bytes.");
    }

    // ---- no room ----------------------------------------------------------------------------------------------

    private static Finding busyStatus(ReceiverStage stage) throws Exception {
        Reply reply = stage.subject().refusal(Protocol.HTTP);
        return Finding.of(reply.status() == 429 || reply.status() == 503, "It answered " + reply + ".");
    }

    private static Finding busyCode(ReceiverStage stage) throws Exception {
        Reply reply = stage.subject().refusal(Protocol.GRPC);
        return Finding.of(
                reply.status() == Status.Code.UNAVAILABLE.value()
                        || (reply.status() == Status.Code.RESOURCE_EXHAUSTED.value() && reply.retryAfter()),
                "It answered " + reply + ".");
    }

    private static Finding comeBack(ReceiverStage stage) throws Exception {
        return Finding.of(stage.subject().refusal(stage.protocol()).retryAfter(), "It did not say.");
    }
}
