package io.sluice.exporter.otlp;

/** Answers of an OTLP server; source: OTLP specification, "OTLP/HTTP Response", and {@code google/rpc/status.proto}. */
public final class OtlpStatus {

    private static final int CODE = 1;
    private static final int MESSAGE = 2;

    private OtlpStatus() {}

    /** The body of a failure: a {@code google.rpc.Status}. */
    public static byte[] failure(int code, String message) {
        ProtoOutput out = new ProtoOutput();
        out.measure();
        write(out, code, message);
        byte[] body = new byte[out.measured()];
        out.writeTo(body);
        write(out, code, message);
        return body;
    }

    private static void write(ProtoOutput out, int code, String message) {
        out.optionalVarint(CODE, code);
        out.optionalString(MESSAGE, message);
    }

    /** The body of a full success: an {@code Export...ServiceResponse} without {@code partial_success}. */
    public static byte[] success() {
        return new byte[0];
    }
}
