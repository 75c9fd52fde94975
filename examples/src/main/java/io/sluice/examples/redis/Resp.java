package io.sluice.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.runtime.codec.Decoder;
import io.sluice.runtime.codec.Encoder;
import io.sluice.runtime.codec.FrameBuffer;
import io.sluice.runtime.io.TooLongException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The protocol RESP2, both ways. A command is a {@link Reply.Many} of {@link Reply.Bulk}. No state. */
final class Resp implements Decoder<Reply>, Encoder<Reply> {

    /** Redis itself allows 512 MB. */
    private static final int LONGEST_BULK_BYTES = 1 << 20;

    private static final int LONGEST_LINE_BYTES = 64 * 1024;
    private static final int MOST_REPLIES = 1024;
    private static final int DEEPEST = 8;

    @Override
    public @Nullable Reply decode(ByteBuffer bytes) throws IOException {
        ByteBuffer ahead = bytes.duplicate();
        Reply reply = decode(ahead, 0);
        if (reply != null) {
            bytes.position(ahead.position()); // all of it has come
        }
        return reply;
    }

    private static @Nullable Reply decode(ByteBuffer bytes, int depth) throws IOException {
        String line = line(bytes);
        if (line == null) {
            return null;
        }
        String rest = line.isEmpty() ? "" : line.substring(1);
        return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
            case '+' -> new Reply.Simple(rest);
            case '-' -> new Reply.Failure(rest);
            case ':' -> new Reply.Int(number(rest));
            case '$' -> bulk(bytes, length("bulk", rest, LONGEST_BULK_BYTES));
            case '*' -> many(bytes, length("array", rest, MOST_REPLIES), depth + 1);
            default -> inline(line);
        };
    }

    private static @Nullable String line(ByteBuffer bytes) throws IOException {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                byte[] line = new byte[i + 1 - bytes.position()];
                bytes.get(line);
                return new String(line, UTF_8).stripTrailing();
            }
        }
        if (bytes.remaining() > LONGEST_LINE_BYTES) {
            throw new TooLongException("line", LONGEST_LINE_BYTES);
        }
        return null;
    }

    private static @Nullable Reply bulk(ByteBuffer bytes, int length) {
        if (length < 0) {
            return Reply.NIL;
        }
        if (bytes.remaining() < length + 2) {
            return null;
        }
        byte[] bulk = new byte[length];
        bytes.get(bulk).position(bytes.position() + 2);
        return new Reply.Bulk(bulk);
    }

    private static @Nullable Reply many(ByteBuffer bytes, int count, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("arrays are nested more than " + DEEPEST + " deep");
        }
        List<Reply> replies = new ArrayList<>();
        while (replies.size() < count) {
            Reply reply = decode(bytes, depth);
            if (reply == null) {
                return null;
            }
            replies.add(reply);
        }
        return new Reply.Many(replies);
    }

    /** A command as somebody types it over telnet. */
    private static Reply inline(String line) {
        List<Reply> words = new ArrayList<>();
        for (String word : line.strip().split("\\s+", -1)) {
            if (!word.isEmpty()) {
                words.add(Reply.bulk(word));
            }
        }
        return new Reply.Many(words);
    }

    private static int length(String what, String text, int most) throws IOException {
        long length = number(text);
        if (length > most) {
            throw new TooLongException(what + " of " + length, most);
        }
        return (int) Math.max(-1, length);
    }

    static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("no number: " + text, e);
        }
    }

    @Override
    public void encode(Reply reply, FrameBuffer out) {
        if (reply instanceof Reply.Simple simple) {
            line(out, '+', simple.text());
        } else if (reply instanceof Reply.Failure failure) {
            line(out, '-', failure.text());
        } else if (reply instanceof Reply.Int number) {
            line(out, ':', Long.toString(number.value()));
        } else if (reply instanceof Reply.Bulk bulk) {
            encode(bulk.bytes(), out);
        } else if (reply instanceof Reply.Many many) {
            line(out, '*', Integer.toString(many.replies().size()));
            many.replies().forEach(each -> encode(each, out));
        }
    }

    private static void encode(byte @Nullable [] bulk, FrameBuffer out) {
        line(out, '$', bulk == null ? "-1" : Integer.toString(bulk.length));
        if (bulk != null) {
            out.put(bulk).put((byte) '\r').put((byte) '\n');
        }
    }

    private static void line(FrameBuffer out, char kind, String text) {
        out.put((byte) kind).put(text.getBytes(UTF_8)).put((byte) '\r').put((byte) '\n');
    }
}
