package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of gRPC is in headers and trailers (gRPC over HTTP/2, "Requests" and "Responses"). No state.
 */
final class GrpcWords {

    static final String CONTENT_TYPE = "application/grpc";

    static final int OK = 0;
    static final int UNKNOWN = 2;
    static final int DEADLINE_EXCEEDED = 4;
    static final int PERMISSION_DENIED = 7;
    static final int RESOURCE_EXHAUSTED = 8;
    static final int UNIMPLEMENTED = 12;
    static final int INTERNAL = 13;
    static final int UNAVAILABLE = 14;
    static final int UNAUTHENTICATED = 16;

    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

    /** Trailers have to fit into what the peer takes for a head, 8 KiB at least, three times over when escaped. */
    private static final int MAX_MESSAGE_CHARS = 1024;

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private GrpcWords() {}

    /** Whether a request with this content type is a call. */
    static boolean isCall(@Nullable CharSequence contentType) {
        if (contentType == null || contentType.length() < CONTENT_TYPE.length()) {
            return false;
        }
        String type = contentType.toString();
        return type.regionMatches(true, 0, CONTENT_TYPE, 0, CONTENT_TYPE.length())
                && (type.length() == CONTENT_TYPE.length() || "+;".indexOf(type.charAt(CONTENT_TYPE.length())) >= 0);
    }

    /** Whether a call's messages are protobuf, as they are unless something else is said. */
    static boolean isProtobuf(CharSequence contentType) {
        String type = contentType.toString();
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip();
        return media.equalsIgnoreCase(CONTENT_TYPE) || media.equalsIgnoreCase(CONTENT_TYPE + "+proto");
    }

    /** The nanoseconds of a grpc-timeout; empty if it is none. One that is longer than a century is that. */
    static Optional<Long> timeoutNanos(CharSequence value) {
        int digits = value.length() - 1;
        if (digits < 1 || digits > 8) {
            return Optional.empty();
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9') {
                return Optional.empty();
            }
            number = 10 * number + digit - '0';
        }
        long unit = switch (value.charAt(digits)) {
            case 'H' -> Duration.ofHours(1).toNanos();
            case 'M' -> Duration.ofMinutes(1).toNanos();
            case 'S' -> Duration.ofSeconds(1).toNanos();
            case 'm' -> Duration.ofMillis(1).toNanos();
            case 'u' -> 1_000;
            case 'n' -> 1;
            default -> 0;
        };
        if (unit == 0) {
            return Optional.empty();
        }
        return Optional.of(Math.min(number, Duration.ofDays(36_500).toNanos() / unit) * unit);
    }

    /** The status of an answer that has none, by its HTTP status (gRPC, "HTTP to gRPC Status Code Mapping"). */
    static GrpcStatus statusOf(HttpResponse response) {
        if (response.grpcStatus().isPresent()) {
            return response.grpcStatus().get();
        }
        if (response.status() < 300) {
            return new GrpcStatus(OK, "");
        }
        int code = switch (response.status()) {
            case 400, 431 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 415 -> UNIMPLEMENTED;
            case 408 -> DEADLINE_EXCEEDED;
            case 413 -> RESOURCE_EXHAUSTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
        boolean words = response.contentType().startsWith("text/plain");
        return new GrpcStatus(code, words ? new String(response.body(), UTF_8).strip() : "HTTP " + response.status());
    }

    /** A grpc-message: everything but printable ASCII is escaped, and so is the percent sign. */
    static String escape(String message) {
        String cut = message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS) + "...";
        StringBuilder escaped = new StringBuilder(cut.length() + 16);
        for (byte b : cut.getBytes(UTF_8)) {
            if (b >= ' ' && b < 0x7f && b != '%') {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
            }
        }
        return escaped.toString();
    }

    /** grpc-status-details-bin: a google.rpc.Status with a RetryInfo in it, in base64. */
    static String details(GrpcStatus status, Duration retryAfter) {
        byte[] delay = message(varint(1, retryAfter.getSeconds()), varint(2, retryAfter.getNano()));
        byte[] retryInfo = delimited(1, delay);
        byte[] any = message(delimited(1, RETRY_INFO.getBytes(US_ASCII)), delimited(2, retryInfo));
        byte[] whole =
                message(varint(1, status.code()), delimited(2, status.message().getBytes(UTF_8)), delimited(3, any));
        return Base64.getEncoder().withoutPadding().encodeToString(whole);
    }

    private static byte[] message(byte[]... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            out.writeBytes(field);
        }
        return out.toByteArray();
    }

    private static byte[] varint(int field, long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (value != 0) {
            out.write(field << 3);
            writeVarint(out, value);
        }
        return out.toByteArray();
    }

    private static byte[] delimited(int field, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((field << 3) | 2);
        writeVarint(out, value.length);
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static void writeVarint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
