package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** OTLP/HTTP on one connection that stays open. The loop's thread only. */
final class HttpLoadConnection extends LoadConnection {

    private static final String LENGTH = "content-length:";
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final String head;
    private ByteBuffer body = ByteBuffer.allocate(0);
    private byte[] headOfRequest = {};

    HttpLoadConnection(
            InetSocketAddress address, SpanRequests requests, boolean gzip, Selector selector, Answers answers)
            throws IOException {
        super(address, requests, selector, answers);
        head = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
                + (gzip ? "Content-Encoding: gzip\r\n" : "") + "Content-Length: ";
    }

    @Override
    protected void begin(byte[] bytes) {
        headOfRequest = (head + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        body = ByteBuffer.wrap(bytes);
    }

    @Override
    protected void restart() {
        headOfRequest = new byte[0];
        body = ByteBuffer.allocate(0);
    }

    @Override
    protected boolean refill() {
        if (headOfRequest.length == 0 && !body.hasRemaining()) {
            return false;
        }
        out.clear();
        out.put(headOfRequest);
        headOfRequest = new byte[0];
        int count = Math.min(out.remaining(), body.remaining());
        out.put(body.array(), body.position(), count);
        body.position(body.position() + count);
        out.flip();
        return true;
    }

    @Override
    protected boolean parse(ByteBuffer in) throws IOException {
        int end = endOfHead(in);
        if (end < 0) {
            return false;
        }
        byte[] bytes = new byte[end - in.position()];
        in.get(in.position(), bytes);
        String answer = new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        int length = length(answer);
        if (in.limit() - end < length) {
            return false;
        }
        in.position(end + length);
        answered(answer.startsWith("200", STATUS_AT));
        if (answer.contains("\r\nconnection: close")) {
            throw new IOException(
                    "the connection is given up: " + answer.lines().findFirst().orElse(""));
        }
        return true;
    }

    private static int length(String answer) throws IOException {
        int at = answer.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("an answer without a length: " + answer);
        }
        int from = at + LENGTH.length();
        return Integer.parseInt(
                answer.substring(from, answer.indexOf('\r', from)).strip());
    }

    private static int endOfHead(ByteBuffer in) {
        for (int i = in.position(); i + 3 < in.limit(); i++) {
            if (in.get(i) == '\r' && in.get(i + 1) == '\n' && in.get(i + 2) == '\r' && in.get(i + 3) == '\n') {
                return i + 4;
            }
        }
        return -1;
    }
}
