package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;

/** OTLP/gRPC on one connection, one call after the other, within the windows that the peer gives. The loop's thread only. */
final class GrpcLoadConnection extends LoadConnection {

    private static final int CONTROL_ROOM = 4 * 1024;

    private final boolean gzip;
    private final byte[] headers;

    /** Answers to settings and pings, that go first. */
    private final ByteBuffer control = ByteBuffer.allocate(CONTROL_ROOM);

    private ByteBuffer message = ByteBuffer.allocate(0);
    private boolean begun;
    private int stream = -1;
    private long connectionWindow = Http2.FIRST_WINDOW;
    private long streamWindow;
    private int firstStreamWindow = Http2.FIRST_WINDOW;

    GrpcLoadConnection(
            InetSocketAddress address, SpanRequests requests, boolean gzip, Selector selector, Answers answers)
            throws IOException {
        super(address, requests, selector, answers);
        this.gzip = gzip;
        headers = headers(gzip);
        greet();
    }

    private void greet() {
        control.put(Http2.PREFACE);
        Http2.frame(control, 18, Http2.SETTINGS, 0, 0);
        Http2.setting(control, Http2.SETTING_TABLE_SIZE, 0);
        Http2.setting(control, Http2.SETTING_PUSH, 0);
        Http2.setting(control, Http2.SETTING_WINDOW, 1 << 20);
        Http2.windowUpdate(control, 0, Http2.LARGEST_WINDOW - Http2.FIRST_WINDOW);
    }

    private static byte[] headers(boolean gzip) {
        ByteBuffer block = ByteBuffer.allocate(512);
        block.put((byte) 0x83).put((byte) 0x86); // :method POST, :scheme http
        Http2.literal(block, 4, ":path", "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
        Http2.literal(block, 1, ":authority", "localhost");
        Http2.literal(block, 31, "content-type", "application/grpc");
        Http2.literal(block, 0, "te", "trailers");
        if (gzip) {
            Http2.literal(block, 0, "grpc-encoding", "gzip");
        }
        byte[] bytes = new byte[block.flip().remaining()];
        block.get(bytes);
        return bytes;
    }

    @Override
    protected void begin(byte[] body) {
        message = ByteBuffer.allocate(Http2.MESSAGE_HEAD + body.length);
        message.put((byte) (gzip ? 1 : 0)).putInt(body.length).put(body).flip();
        begun = true;
        stream += 2;
        streamWindow = firstStreamWindow;
    }

    @Override
    protected void restart() {
        control.clear();
        greet();
        message = ByteBuffer.allocate(0);
        begun = false;
        stream = -1;
        connectionWindow = Http2.FIRST_WINDOW;
        firstStreamWindow = Http2.FIRST_WINDOW;
    }

    @Override
    protected boolean refill() {
        out.clear();
        out.put(control.flip());
        control.clear();
        if (begun) {
            begun = false;
            Http2.frame(out, headers.length, Http2.HEADERS, Http2.END_HEADERS, stream);
            out.put(headers);
        }
        while (message.hasRemaining()) {
            int count = (int) Math.min(
                    Math.min(message.remaining(), Math.min(Http2.FRAME_SIZE, out.remaining() - Http2.FRAME_HEAD)),
                    Math.min(connectionWindow, streamWindow));
            if (count <= 0) {
                break;
            }
            Http2.frame(out, count, Http2.DATA, count == message.remaining() ? Http2.END_STREAM : 0, stream);
            out.put(message.array(), message.position(), count);
            message.position(message.position() + count);
            connectionWindow -= count;
            streamWindow -= count;
        }
        out.flip();
        return out.hasRemaining();
    }

    @Override
    protected boolean parse(ByteBuffer in) throws IOException {
        if (in.remaining() < Http2.FRAME_HEAD) {
            return false;
        }
        int start = in.position();
        int length = in.getInt(start) >>> 8;
        if (in.remaining() < Http2.FRAME_HEAD + length) {
            return false;
        }
        ByteBuffer payload = in.slice(start + Http2.FRAME_HEAD, length);
        in.position(start + Http2.FRAME_HEAD + length);
        handle(in.get(start + 3), in.get(start + 4), in.getInt(start + 5) & Integer.MAX_VALUE, payload);
        return true;
    }

    private void handle(int type, int flags, int onStream, ByteBuffer payload) throws IOException {
        switch (type) {
            case Http2.HEADERS -> {
                if ((flags & Http2.END_STREAM) != 0) {
                    end(Http2.saysOk(payload));
                }
            }
            case Http2.RST_STREAM -> {
                if (isWaiting()) {
                    end(false);
                }
            }
            case Http2.SETTINGS -> {
                if ((flags & Http2.ACK) == 0) {
                    settings(payload);
                }
            }
            case Http2.PING -> {
                if ((flags & Http2.ACK) == 0) {
                    Http2.frame(control, payload.remaining(), Http2.PING, Http2.ACK, 0);
                    control.put(payload);
                }
            }
            case Http2.WINDOW_UPDATE -> {
                if (onStream == 0) {
                    connectionWindow += payload.getInt();
                } else if (onStream == stream) {
                    streamWindow += payload.getInt();
                }
            }
            case Http2.GOAWAY -> throw new IOException("the connection is given up: GOAWAY " + payload.getInt(4));
            default -> {}
        }
    }

    private void end(boolean accepted) {
        message.position(message.limit());
        answered(accepted);
    }

    private void settings(ByteBuffer payload) {
        while (payload.hasRemaining()) {
            int key = payload.getShort();
            int value = payload.getInt();
            if (key == Http2.SETTING_WINDOW) {
                streamWindow += value - firstStreamWindow;
                firstStreamWindow = value;
            }
        }
        Http2.frame(control, 0, Http2.SETTINGS, Http2.ACK, 0);
    }
}
