package io.sluice.exporter;

/** The status of an answer as its protocol has it; what it means is an {@link ExportResult}. */
public sealed interface AnswerCode {

    /**
     * Of an HTTP response.
     *
     * @param status as in RFC 9110, section 15
     */
    record Http(int status) implements AnswerCode {}

    /**
     * Of a gRPC call.
     *
     * @param code as gRPC numbers them; 0 for OK
     */
    record Grpc(int code) implements AnswerCode {}
}
