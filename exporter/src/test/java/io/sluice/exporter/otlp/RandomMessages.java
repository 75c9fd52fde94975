package io.sluice.exporter.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.sluice.exporter.Signal;
import java.util.Random;

/**
 * Export requests with any fields set to anything that their types allow, ids of the right length aside; the same for
 * the same seed. Knows nothing but the descriptors.
 */
final class RandomMessages {

    private static final String[] TEXTS = {
        "",
        "a",
        "GET /orders/{id}",
        "żółć",
        "日本語テキスト",
        "emoji \uD83D\uDE80 rocket",
        "\"quoted\\\n\u0000\u0001\u007f\u2028"
    };
    private static final long[] NUMBERS = {
        0, 1, -1, 127, 128, 300, 1L << 31, 1L << 32, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final double[] REALS = {
        0,
        -0.0,
        1,
        -1.5,
        0.1,
        1e300,
        -1e-300,
        Double.MIN_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private static final int DEEPEST = 12;

    private final Random random;

    private RandomMessages(long seed) {
        random = new Random(seed);
    }

    static Message request(Signal signal, long seed) {
        return new RandomMessages(seed).message(descriptor(signal), 0);
    }

    static Descriptor descriptor(Signal signal) {
        return switch (signal) {
            case TRACES -> ExportTraceServiceRequest.getDescriptor();
            case METRICS -> ExportMetricsServiceRequest.getDescriptor();
            case LOGS -> ExportLogsServiceRequest.getDescriptor();
            case PROFILES -> ExportProfilesServiceRequest.getDescriptor();
        };
    }

    private Message message(Descriptor type, int depth) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            boolean deep = depth > DEEPEST && field.getType() == FieldDescriptor.Type.MESSAGE;
            if (deep || random.nextInt(4) == 0) {
                continue;
            }
            if (field.isRepeated()) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    message.addRepeatedField(field, value(field, depth));
                }
            } else {
                message.setField(field, value(field, depth));
            }
        }
        return message.build();
    }

    private Object value(FieldDescriptor field, int depth) {
        long number = random.nextInt(4) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
        return switch (field.getType()) {
            case MESSAGE -> message(field.getMessageType(), depth + 1);
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case BYTES -> bytes(field.getName());
            case BOOL -> random.nextBoolean();
            case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(6));
            case DOUBLE -> random.nextBoolean() ? random.nextGaussian() : REALS[random.nextInt(REALS.length)];
            case INT32, UINT32, SINT32, FIXED32, SFIXED32 -> (int) number;
            default -> number;
        };
    }

    private ByteString bytes(String name) {
        int length = switch (name) {
            case "trace_id", "profile_id" -> random.nextInt(5) == 0 ? 0 : 16;
            case "span_id", "parent_span_id" -> random.nextInt(5) == 0 ? 0 : 8;
            default -> random.nextInt(20);
        };
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
