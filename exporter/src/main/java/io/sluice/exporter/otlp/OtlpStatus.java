package io.sluice.exporter.otlp;

import java.util.Arrays;

/** Answers of an OTLP server; source: OTLP specification, "OTLP/HTTP Response", and {@code google/rpc/status.proto}. */
public final class OtlpStatus {

    private static final int CODE = 1;
    private static final int MESSAGE = 2;

    private static final int PARTIAL_SUCCESS = 1;
    private static final int REJECTED_ITEMS = 1;
    private static final int ERROR_MESSAGE = 2;

    private OtlpStatus() {}

    /** The body of a failure: a {@code google.rpc.Status}. */
    public static byte[] failure(int code, String message) {
        ProtoOutput out = new ProtoOutput(new BufferPool(0), 0);
        out.optionalVarint(CODE, code);
        out.optionalString(MESSAGE, message);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The body of a full success: an {@code Export...ServiceResponse} without {@code partial_success}. */
    public static byte[] success() {
        return new byte[0];
    }

    /** The body of a partial success: the same fields in each signal's {@code Export...ServiceResponse}. */
    public static byte[] partialSuccess(long rejectedItems, String message) {
        ProtoOutput out = new ProtoOutput(new BufferPool(0), 0);
        out.begin(PARTIAL_SUCCESS);
        out.optionalVarint(REJECTED_ITEMS, rejectedItems);
        out.optionalString(ERROR_MESSAGE, message);
        out.end();
        return Arrays.copyOf(out.array(), out.position());
    }
}
