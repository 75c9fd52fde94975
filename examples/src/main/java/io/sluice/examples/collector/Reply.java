package io.sluice.examples.collector;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** What a request is answered with; a closed set, as one of them is no answer at all. */
sealed interface Reply {

    /** Success: an export response without a field set, which is no bytes. */
    record Accepted() implements Reply {}

    /** Turned away for the moment. */
    record Busy(int retryAfterSeconds) implements Reply {}

    /** The connection is closed without an answer. */
    record HungUp() implements Reply {}

    /** What the destination answered that the request was passed on to. */
    record Passed(int status, Optional<String> retryAfter, ByteString body) implements Reply {

        boolean isSuccess() {
            return status / 100 == 2;
        }
    }

    /**
     * Turned away for good.
     *
     * @param code of google.rpc.Status
     */
    record Refused(int status, int code, String message) implements Reply {

        private static final int INVALID_ARGUMENT = 3;
        private static final int UNIMPLEMENTED = 12;

        static Refused malformed(String message) {
            return new Refused(400, INVALID_ARGUMENT, message);
        }

        static Refused tooLarge(long limitBytes) {
            return new Refused(413, INVALID_ARGUMENT, "larger than " + limitBytes + " bytes");
        }

        static Refused unsupported(int status, String message) {
            return new Refused(status, UNIMPLEMENTED, message);
        }

        /** The google.rpc.Status that OTLP/HTTP asks for as the body of a failure. */
        byte[] body() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            try {
                out.writeInt32(1, code);
                out.writeString(2, message);
                out.flush();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return bytes.toByteArray();
        }
    }
}
