package io.sluice.exporter.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Signal;
import io.sluice.exporter.transport.ExportResponse;
import io.sluice.exporter.transport.ResponseText;
import io.sluice.exporter.transport.WireReader;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a call means, by the table of the OTLP specification (OTLP/gRPC Response: Full Success, Partial
 * Success, Failures; OTLP/gRPC Throttling).
 *
 * <table>
 * <caption>Status to result</caption>
 * <tr><td>OK</td><td>Delivered, or PartiallyRejected if the answer has a partial_success that says something</td></tr>
 * <tr><td>CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS</td>
 * <td>RetryAfter, with the delay of a RetryInfo if there is one</td></tr>
 * <tr><td>RESOURCE_EXHAUSTED</td><td>RetryAfter with a RetryInfo; without, TooLarge if the message speaks of a message's
 * size, else Rejected</td></tr>
 * <tr><td>INVALID_ARGUMENT</td><td>BadData</td></tr>
 * <tr><td>all others</td><td>Rejected</td></tr>
 * </table>
 *
 * A call that ended without a word of the peer is Unreachable, whatever status grpc-java gives it; but one whose peer
 * does not speak HTTP/2 is Rejected, so that a mistyped endpoint is noticed.
 */
final class GrpcAnswer {

    /**
     * How servers say that a request exceeds what they take, as the status code alone does not: grpc-go "received message
     * larger than max (5 vs. 4)", also "after decompression"; grpc-java "gRPC message exceeds maximum size 4: 5" and
     * "Decompressed gRPC message exceeds maximum size"; grpc's C core "Received message larger than max"; tonic "message
     * length too large: found 5 bytes, the limit is: 4 bytes".
     */
    private static final Pattern TOO_LARGE = Pattern.compile(
            "message.{0,40}(larger than max|exceeds (the )?max|too large|too long)", Pattern.CASE_INSENSITIVE);

    private final String endpoint;
    private final Signal signal;

    GrpcAnswer(String endpoint, Signal signal) {
        this.endpoint = endpoint;
        this.signal = signal;
    }

    /**
     * The peer said how it ended, or at least began to.
     *
     * @param began whether the peer had begun to answer: then it had taken the request, and what is too large is the
     *     answer
     */
    ExportResult fromPeer(Status status, Metadata trailers, boolean began, byte @Nullable [] response) {
        return switch (status.getCode()) {
            case OK -> success(response);
            case CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS ->
                new ExportResult.RetryAfter(RetryInfo.of(trailers).flatMap(RetryInfo::delay), reason(status));
            case RESOURCE_EXHAUSTED -> exhausted(status, RetryInfo.of(trailers), began);
            case UNIMPLEMENTED ->
                new ExportResult.Rejected(reason(status) + "; it does not take " + signal.key()
                        + " over OTLP/gRPC: is it the right port, and has the collector a pipeline for them?");
            case INVALID_ARGUMENT -> new ExportResult.BadData(reason(status));
            case UNKNOWN,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    FAILED_PRECONDITION,
                    INTERNAL -> new ExportResult.Rejected(reason(status));
        };
    }

    private ExportResult exhausted(Status status, Optional<RetryInfo> retry, boolean began) {
        if (retry.isPresent()) {
            return new ExportResult.RetryAfter(retry.get().delay(), reason(status));
        }
        return !began
                        && TOO_LARGE
                                .matcher(String.valueOf(status.getDescription()))
                                .find()
                ? new ExportResult.TooLarge(reason(status))
                : new ExportResult.Rejected(reason(status));
    }

    /** The status is what counts: the items were taken, also if the answer is missing or cannot be read. */
    private static ExportResult success(byte @Nullable [] response) {
        try {
            return response == null ? new ExportResult.Delivered() : ExportResponse.parse(response);
        } catch (WireReader.MalformedException e) {
            return new ExportResult.Delivered();
        }
    }

    private String reason(Status status) {
        String words = words(status);
        return endpoint + " answered " + status.getCode() + (words.isEmpty() ? "" : ": " + words);
    }

    /** Nothing came from the peer: the connection, or the attempt to make one, failed. */
    ExportResult withoutPeer(Status status) {
        Throwable cause = status.getCause();
        if (cause instanceof Http2Exception && isNotHttp2(String.valueOf(cause.getMessage()))) {
            return new ExportResult.Rejected(endpoint + " does not speak gRPC (" + clean(cause)
                    + "); for OTLP/HTTP set the protocol to http/protobuf");
        }
        if (cause instanceof IOException || cause instanceof Http2Exception) {
            return new ExportResult.Unreachable(endpoint + ": " + clean(cause));
        }
        return new ExportResult.Unreachable(endpoint + ": " + words(status));
    }

    /** How the HTTP/2 codec says that the first bytes were none of its own. */
    private static boolean isNotHttp2(String message) {
        return message.startsWith("First received frame was not SETTINGS") || message.startsWith("Unexpected HTTP/1.x");
    }

    private static String clean(Throwable cause) {
        String message = cause.getMessage();
        return ResponseText.clean(message == null ? cause.getClass().getSimpleName() : message);
    }

    private static String words(Status status) {
        String description = status.getDescription();
        return description == null ? "" : ResponseText.clean(description);
    }
}
