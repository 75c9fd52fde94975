package io.sluice.examples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.runtime.codec.Decoder;
import io.sluice.runtime.io.TooLongException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds requests (RFC 9112) and skips their bodies, which nobody asked for. One stream. */
final class RequestDecoder implements Decoder<Request> {

    private static final int LONGEST_HEAD_BYTES = 8 * 1024;
    private static final int LONGEST_BODY_BYTES = 64 * 1024;

    /** Of the body of the request before. */
    private int toSkip;

    @Override
    public @Nullable Request decode(ByteBuffer bytes) throws IOException {
        int skipped = Math.min(toSkip, bytes.remaining());
        bytes.position(bytes.position() + skipped);
        toSkip -= skipped;
        int length = toSkip > 0 ? -1 : headLength(bytes);
        if (length < 0) {
            return null;
        }
        byte[] head = new byte[length];
        bytes.get(head);
        Request request = parse(new String(head, ISO_8859_1));
        toSkip = request.bodyBytes();
        return request;
    }

    /** With the empty line that ends it; -1 if that has not come. */
    private static int headLength(ByteBuffer bytes) throws IOException {
        for (int i = bytes.position() + 3; i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n' && bytes.get(i - 1) == '\r' && bytes.get(i - 2) == '\n') {
                return i + 1 - bytes.position();
            }
        }
        if (bytes.remaining() > LONGEST_HEAD_BYTES) {
            throw new TooLongException("head of the request", LONGEST_HEAD_BYTES);
        }
        return -1;
    }

    private static Request parse(String head) throws IOException {
        String[] lines = head.split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
            throw new IOException("no request line: " + lines[0]);
        }
        boolean keepAlive = first[2].equals("HTTP/1.1");
        int bodyBytes = 0;
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i].toLowerCase(Locale.ROOT);
            if (line.startsWith("connection:")) {
                keepAlive = line.contains("keep-alive") || (keepAlive && !line.contains("close"));
            } else if (line.startsWith("content-length:")) {
                bodyBytes =
                        bodyLength(line.substring("content-length:".length()).strip());
            } else if (line.startsWith("transfer-encoding:")) {
                throw new IOException("a body without a length is not understood");
            }
        }
        return new Request(first[0], first[1], keepAlive, bodyBytes);
    }

    private static int bodyLength(String text) throws IOException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > LONGEST_BODY_BYTES) {
            throw new TooLongException("body of " + text + " bytes", LONGEST_BODY_BYTES);
        }
        return Integer.parseInt(text);
    }
}
