package io.sluice.exporter.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The bytes of {@code grpc-status-details-bin} as a server would make them, by protobuf's own writer. */
public final class StatusDetails {

    private StatusDetails() {}

    /** With this delay. */
    public static byte[] retryInfo(long seconds, int nanos) {
        Duration delay =
                Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
        return status(message(out -> out.writeMessage(1, delay)));
    }

    static byte[] retryInfoWithoutDelay() {
        return status(ByteString.EMPTY);
    }

    /** google.rpc.Status with another detail before the RetryInfo. */
    private static byte[] status(ByteString retryInfo) {
        Any other = Any.newBuilder()
                .setTypeUrl("type.googleapis.com/google.rpc.DebugInfo")
                .setValue(ByteString.copyFromUtf8("\u0012\u0001x"))
                .build();
        MessageLite retry = Any.newBuilder()
                .setTypeUrl("type.googleapis.com/google.rpc.RetryInfo")
                .setValue(retryInfo)
                .build();
        return message(out -> {
                    out.writeInt32(1, 8);
                    out.writeString(2, "slow down");
                    out.writeMessage(3, other);
                    out.writeMessage(3, retry);
                })
                .toByteArray();
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static ByteString message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
