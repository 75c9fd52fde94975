package io.sluice.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Redis server says: the five types of the protocol RESP2. */
public sealed interface Reply {

    Reply OK = new Simple("OK");
    Reply NIL = new Bulk(null);

    /** A short text without line breaks. */
    record Simple(String text) implements Reply {}

    /** A failure, with its kind as the first word. */
    record Failure(String text) implements Reply {}

    record Int(long value) implements Reply {}

    /** Bytes, or that there are none. Nobody changes the array. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares replies
    record Bulk(byte @Nullable [] bytes) implements Reply {

        /** The bytes as text; null if there are none. */
        public @Nullable String text() {
            return bytes == null ? null : new String(bytes, UTF_8);
        }
    }

    record Many(List<Reply> replies) implements Reply {}

    static Bulk bulk(String text) {
        return new Bulk(text.getBytes(UTF_8));
    }
}
