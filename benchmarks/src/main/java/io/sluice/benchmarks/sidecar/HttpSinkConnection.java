package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** OTLP/HTTP: every request is answered 200. The sink's thread only. */
final class HttpSinkConnection extends SinkConnection {

    private static final String LENGTH = "\r\ncontent-length:";
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final GrowingBytes body = new GrowingBytes(1 << 20);
    private boolean gzip;
    private int missing = -1;

    HttpSinkConnection(SocketChannel channel, SelectionKey key, Desk desk) {
        super(channel, key, desk);
    }

    @Override
    protected boolean parse(ByteBuffer in) throws IOException {
        if (missing < 0 && !head(in)) {
            return false;
        }
        int count = Math.min(missing, in.remaining());
        body.take(in, count);
        missing -= count;
        if (missing > 0) {
            return false;
        }
        missing = -1;
        desk.received(body.array(), 0, body.length(), gzip, () -> {
            out(OK.length).put(OK);
            flush();
        });
        body.clear();
        return in.hasRemaining();
    }

    private boolean head(ByteBuffer in) throws IOException {
        for (int i = in.position(); i + 3 < in.limit(); i++) {
            if (in.get(i) == '\r' && in.get(i + 1) == '\n' && in.get(i + 2) == '\r' && in.get(i + 3) == '\n') {
                byte[] bytes = new byte[i + 2 - in.position()];
                in.get(bytes);
                in.position(i + 4);
                head(new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
                return true;
            }
        }
        return false;
    }

    private void head(String head) throws IOException {
        gzip = head.contains("\r\ncontent-encoding: gzip");
        int at = head.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("a request without a length: " + head);
        }
        int from = at + LENGTH.length();
        missing =
                Integer.parseInt(head.substring(from, head.indexOf('\r', from)).strip());
    }
}
