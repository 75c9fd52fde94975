package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;

/** OTLP/gRPC with windows that never close: every call is answered OK. The sink's thread only. */
final class GrpcSinkConnection extends SinkConnection {

    private static final int WINDOW_STEP = 16 << 20;
    private static final int SMALL_ROOM = 512;

    private final Map<Integer, GrowingBytes> streams = new HashMap<>();
    private boolean greeted;
    private int consumed;

    GrpcSinkConnection(SocketChannel channel, SelectionKey key, Desk desk) {
        super(channel, key, desk);
    }

    @Override
    protected boolean parse(ByteBuffer in) throws IOException {
        if (!greeted) {
            return greet(in);
        }
        if (in.remaining() < Http2.FRAME_HEAD) {
            return false;
        }
        int start = in.position();
        int length = in.getInt(start) >>> 8;
        if (in.remaining() < Http2.FRAME_HEAD + length) {
            return false;
        }
        int next = start + Http2.FRAME_HEAD + length;
        int limit = in.limit();
        in.position(start + Http2.FRAME_HEAD).limit(next);
        frame(in.get(start + 3), in.get(start + 4), in.getInt(start + 5) & Integer.MAX_VALUE, in);
        in.limit(limit).position(next);
        return true;
    }

    private boolean greet(ByteBuffer in) {
        if (in.remaining() < Http2.PREFACE.length) {
            return false;
        }
        in.position(in.position() + Http2.PREFACE.length);
        ByteBuffer out = out(SMALL_ROOM);
        Http2.frame(out, 6, Http2.SETTINGS, 0, 0);
        Http2.setting(out, Http2.SETTING_WINDOW, Http2.LARGEST_WINDOW);
        Http2.windowUpdate(out, 0, Http2.LARGEST_WINDOW - Http2.FIRST_WINDOW);
        greeted = true;
        return true;
    }

    private void frame(int type, int flags, int stream, ByteBuffer payload) throws IOException {
        switch (type) {
            case Http2.DATA -> data(flags, stream, payload);
            case Http2.SETTINGS -> {
                if ((flags & Http2.ACK) == 0) {
                    Http2.frame(out(SMALL_ROOM), 0, Http2.SETTINGS, Http2.ACK, 0);
                }
            }
            case Http2.PING -> {
                if ((flags & Http2.ACK) == 0) {
                    Http2.frame(out(SMALL_ROOM), payload.remaining(), Http2.PING, Http2.ACK, 0);
                    out(SMALL_ROOM).put(payload);
                }
            }
            case Http2.RST_STREAM -> streams.remove(stream);
            default -> {}
        }
    }

    private void data(int flags, int stream, ByteBuffer payload) throws IOException {
        consumed += payload.remaining();
        if (consumed > WINDOW_STEP) {
            Http2.windowUpdate(out(SMALL_ROOM), 0, consumed);
            consumed = 0;
        }
        if ((flags & Http2.PADDED) != 0) {
            int padding = payload.get() & 0xff;
            payload.limit(payload.limit() - padding);
        }
        GrowingBytes message = streams.computeIfAbsent(stream, opened -> new GrowingBytes(64 * 1024));
        message.take(payload, payload.remaining());
        if ((flags & Http2.END_STREAM) != 0) {
            streams.remove(stream);
            desk.received(
                    message.array(),
                    Http2.MESSAGE_HEAD,
                    message.length() - Http2.MESSAGE_HEAD,
                    message.array()[0] != 0,
                    () -> answer(stream));
        }
    }

    private void answer(int stream) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(SMALL_ROOM);
        block.put((byte) 0x88); // :status 200
        Http2.literal(block, 31, "content-type", "application/grpc");
        ByteBuffer trailers = ByteBuffer.allocate(SMALL_ROOM);
        Http2.literal(trailers, 0, "grpc-status", "0");
        ByteBuffer out = out(2 * SMALL_ROOM);
        Http2.frame(out, block.flip().remaining(), Http2.HEADERS, Http2.END_HEADERS, stream);
        out.put(block);
        Http2.frame(out, Http2.MESSAGE_HEAD, Http2.DATA, 0, stream);
        out.put(new byte[Http2.MESSAGE_HEAD]);
        Http2.frame(out, trailers.flip().remaining(), Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream);
        out.put(trailers);
        flush();
    }
}
