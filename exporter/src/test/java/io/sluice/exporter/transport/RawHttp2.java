package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.EmptyHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A client in a test that writes exactly the HTTP/2 frames that it is told, wrong ones included. One thread. */
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    static final int NO_ERROR = 0;
    static final int REFUSED_STREAM = 7;
    static final int ENHANCE_YOUR_CALM = 0xb;
    static final int INADEQUATE_SECURITY = 0xc;

    /** A frame that the server has sent; {@code headers} are those of HEADERS, and empty for others. */
    record Frame(int type, int flags, int stream, byte[] payload, Http2Headers headers) {
        /** A header field, or null. */
        String field(String name) {
            CharSequence value = headers.get(name);
            return value == null ? null : value.toString();
        }

        boolean endsStream() {
            return (flags & END_STREAM) != 0 && (type == DATA || type == HEADERS);
        }

        /** The error of a RST_STREAM or a GOAWAY. */
        int error() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        /** Of a GOAWAY. */
        int lastStream() {
            return ByteBuffer.wrap(payload).getInt();
        }

        String text() {
            return new String(payload, US_ASCII);
        }
    }

    private static final Http2Headers EMPTY = EmptyHttp2Headers.INSTANCE;

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);

    /** Connects, and sends preface and settings. */
    RawHttp2(InetSocketAddress server) throws IOException {
        this(new Socket(server.getAddress(), server.getPort()));
    }

    /** Over a connection that is made; sends preface and settings. */
    RawHttp2(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        send(SETTINGS, 0, 0);
    }

    RawHttp2 send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawHttp2 send(int type, int flags, int stream, byte... payload) throws IOException {
        return send(frame(type, flags, stream, payload));
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** A SETTINGS frame with one setting. */
    RawHttp2 setting(int id, int value) throws IOException {
        return send(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) id).putInt(value).array());
    }

    /** The head of a POST to {@code path} with further fields: name, value, name, value. */
    RawHttp2 post(int stream, int flags, String path, String... fields) throws IOException {
        return send(HEADERS, flags | END_HEADERS, stream, head(path, fields));
    }

    /** As a POST is encoded: literal fields, never indexed (RFC 7541, section 6.2.3). */
    static byte[] head(String path, String... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        field(out, ":method", "POST");
        field(out, ":scheme", "http");
        field(out, ":path", path);
        field(out, ":authority", "localhost");
        for (int i = 0; i < fields.length; i += 2) {
            field(out, fields[i], fields[i + 1]);
        }
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, String name, String value) {
        out.write(0x10);
        string(out, name);
        string(out, value);
    }

    private static void string(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            for (length -= 127; length >= 128; length >>= 7) {
                out.write((length & 127) | 128);
            }
            out.write(length);
        }
        out.writeBytes(text.getBytes(US_ASCII));
    }

    /** A message of gRPC behind its prefix, which may lie. */
    static byte[] message(int flag, int length, byte... bytes) {
        return ByteBuffer.allocate(5 + bytes.length)
                .put((byte) flag)
                .putInt(length)
                .put(bytes)
                .array();
    }

    /** The next frame, whatever it is. */
    Frame next() throws IOException {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        return new Frame(type, flags, stream, payload, type == HEADERS ? decode(stream, payload) : EMPTY);
    }

    private Http2Headers decode(int stream, byte[] payload) throws IOException {
        try {
            return hpack.decodeHeaders(stream, Unpooled.wrappedBuffer(payload));
        } catch (Http2Exception e) {
            throw new IOException("the server's header fields cannot be read", e);
        }
    }

    /** The next frame of {@code type}; others are passed over. */
    Frame next(int type) throws IOException {
        Frame frame = next();
        while (frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** The next frame that ends {@code stream}, by END_STREAM or RST_STREAM. */
    Frame endOf(int stream) throws IOException {
        Frame frame = next();
        while (frame.stream() != stream || !(frame.endsStream() || frame.type() == RST_STREAM)) {
            frame = next();
        }
        return frame;
    }

    /** Whether some of a frame is there already. */
    boolean hasMore() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whether the server closes; frames before that are passed over. */
    boolean isEnded() throws IOException {
        try {
            while (true) {
                next();
            }
        } catch (EOFException e) {
            return true;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
