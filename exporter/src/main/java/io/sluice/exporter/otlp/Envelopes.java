package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The resources and scopes of received requests, one behind the other, where neighbours that say the same of themselves,
 * byte by byte, become one. Refers to the requests' bytes and looks into no item. One thread.
 *
 * <p>{@code Resource... { resource = 1; scope... = 2; schema_url = 3 }} and {@code Scope... { scope = 1; items = 2;
 * schema_url = 3 }} have the same form in all signals, which a test holds. An envelope joins its neighbour if both have
 * nothing but these three, the first and the third at most once, and those are equal. The order of items stays, and what
 * stands in an envelope beside them means the same before them as behind them. Whatever is of another form stays as it
 * is, alone.
 */
final class Envelopes {

    private static final int HEAD = 1;
    private static final int PIECES = 2;
    private static final int SCHEMA_URL = 3;
    private static final int TAG_BYTES = 1;

    /** A piece of an array. */
    @SuppressWarnings("ArrayRecordComponent") // compared by content where that is asked
    private record Range(byte[] bytes, int from, int to) {

        int length() {
            return to - from;
        }

        boolean hasTheBytesOf(Range other) {
            return Arrays.equals(bytes, from, to, other.bytes, other.from, other.to);
        }

        ByteBuffer buffer() {
            return ByteBuffer.wrap(bytes, from, length());
        }
    }

    /**
     * A resource or a scope in the making; or, without own fields, bytes that stay as they are.
     */
    private static final class Envelope {
        private final int tag;

        /** Null in a scope, whose pieces are the items. */
        private final @Nullable List<Envelope> scopes;

        private final List<Range> items = new ArrayList<>(1);
        private @Nullable Range head;
        private @Nullable Range schemaUrl;

        /** Bytes of the fields inside, or of the whole where there is no tag. */
        private int content;

        /** @param field as a field of the message around it; 0 for bytes that stay as they are */
        Envelope(int field, boolean ofScopes) {
            this.tag = field == 0 ? 0 : (field << 3) | FieldWalk.LENGTH_DELIMITED;
            this.scopes = ofScopes ? new ArrayList<>(1) : null;
        }

        /** All but the scopes. */
        private Envelope(Envelope other) {
            this.tag = other.tag;
            this.scopes = other.scopes == null ? null : new ArrayList<>(other.scopes.size());
            this.items.addAll(other.items);
            this.head = other.head;
            this.schemaUrl = other.schemaUrl;
            this.content = other.content;
        }

        static Envelope asItIs(Range range) {
            Envelope envelope = new Envelope(0, false);
            envelope.addItems(range);
            return envelope;
        }

        /** Takes a field that is no piece; false if an envelope that joins others may not have it. */
        boolean takes(FieldWalk walk, byte[] bytes) {
            boolean first = walk.field() == HEAD ? head == null : walk.field() == SCHEMA_URL && schemaUrl == null;
            if (!first || !walk.isDelimited()) {
                return false;
            }
            Range range = new Range(bytes, walk.start(), walk.end());
            if (walk.field() == HEAD) {
                head = range;
            } else {
                schemaUrl = range;
            }
            content += range.length();
            return true;
        }

        private static int length(@Nullable Range range) {
            return range == null ? 0 : range.length();
        }

        void addScope(Envelope scope) {
            if (scopes != null) {
                content += append(scopes, scope, false);
            }
        }

        void addItems(byte[] bytes, int from, int to) {
            if (from < to) {
                addItems(new Range(bytes, from, to));
            }
        }

        private void addItems(Range more) {
            content += more.length();
            int last = items.size() - 1;
            if (last >= 0 && items.get(last).bytes == more.bytes && items.get(last).to == more.from) {
                items.set(last, new Range(more.bytes, items.get(last).from, more.to));
            } else {
                items.add(more);
            }
        }

        int size() {
            return sizeWith(content);
        }

        int sizeWith(int contentBytes) {
            return tag == 0 ? contentBytes : TAG_BYTES + ProtoOutput.varint32Size(contentBytes) + contentBytes;
        }

        /** One that may be joined with others while this one stays as it is. */
        Envelope copy() {
            Envelope copy = new Envelope(this);
            if (scopes != null && copy.scopes != null) {
                for (int i = 0; i < scopes.size(); i++) {
                    copy.scopes.add(scopes.get(i).copy());
                }
            }
            return copy;
        }

        /** Resources and scopes in it, itself included, and runs of items. */
        int count() {
            int count = 1 + items.size();
            if (scopes != null) {
                for (Envelope scope : scopes) {
                    count += scope.count();
                }
            }
            return count;
        }

        boolean joins(Envelope next) {
            return tag != 0 && next.tag == tag && same(head, next.head) && same(schemaUrl, next.schemaUrl);
        }

        private static boolean same(@Nullable Range one, @Nullable Range other) {
            return one == null ? other == null : other != null && one.hasTheBytesOf(other);
        }

        /** Its content once {@code next}, which it joins, is in it. */
        int contentWith(Envelope next) {
            int sum = content + next.content - length(head) - length(schemaUrl);
            if (scopes == null || next.scopes == null || scopes.isEmpty() || next.scopes.isEmpty()) {
                return sum;
            }
            Envelope last = scopes.get(scopes.size() - 1);
            Envelope first = next.scopes.get(0);
            return last.joins(first) ? sum - last.size() - first.size() + last.sizeWith(last.contentWith(first)) : sum;
        }

        void join(Envelope next) {
            int joined = contentWith(next);
            if (scopes == null || next.scopes == null) {
                next.items.forEach(this::addItems);
            } else {
                next.scopes.forEach(scope -> append(scopes, scope, true));
            }
            content = joined;
        }

        void appendTo(List<ByteBuffer> body) {
            if (tag != 0) {
                body.add(header(tag, content));
            }
            if (head != null) {
                body.add(head.buffer());
            }
            if (scopes != null) {
                scopes.forEach(scope -> scope.appendTo(body));
            }
            items.forEach(range -> body.add(range.buffer()));
            if (schemaUrl != null) {
                body.add(schemaUrl.buffer());
            }
        }
    }

    private final List<Envelope> all = new ArrayList<>();

    private int bytes;

    /**
     * Adds {@code envelope} to others, joined to the last one if they say the same; returns what that adds.
     *
     * @param keep whether it is somebody else's and stays as it is, whatever is joined to it later
     */
    private static int append(List<Envelope> envelopes, Envelope envelope, boolean keep) {
        if (envelopes.isEmpty() || !envelopes.get(envelopes.size() - 1).joins(envelope)) {
            envelopes.add(keep ? envelope.copy() : envelope);
            return envelope.size();
        }
        Envelope last = envelopes.get(envelopes.size() - 1);
        int before = last.size();
        last.join(envelope);
        return last.size() - before;
    }

    // ---- requests ---------------------------------------------------------------------------------------------

    /**
     * The envelopes of one request, in order. Read once, and not changed by what they are merged into. Any thread after
     * that.
     */
    static final class Layout {
        private final List<Envelope> envelopes = new ArrayList<>(1);
        private int bytes;

        private Layout() {}

        /** Of a request that a scan has accepted. */
        static Layout of(byte[] request) {
            return requireNonNull(ofFew(request, Integer.MAX_VALUE));
        }

        /** Null if there are more than {@code most} resources, scopes and runs of their items in it. */
        static @Nullable Layout ofFew(byte[] request, int most) {
            Layout layout = new Layout();
            FieldWalk walk = new FieldWalk(request, 0, request.length);
            while (walk.next()) {
                Envelope resource = walk.field() == HEAD && walk.isDelimited()
                        ? resource(request, walk.contentStart(), walk.end())
                        : null;
                Envelope read =
                        resource != null ? resource : Envelope.asItIs(new Range(request, walk.start(), walk.end()));
                layout.bytes += append(layout.envelopes, read, false);
                if (layout.envelopes.size() > most) {
                    return null;
                }
            }
            return layout.count() <= most ? layout : null;
        }

        private int count() {
            int count = 0;
            for (Envelope envelope : envelopes) {
                count += envelope.count();
            }
            return count;
        }
    }

    /**
     * Adds a request, unless it makes the whole larger by more than {@code maxBytes}.
     *
     * @return by how much it makes the whole larger, which is never more than its own size
     */
    int add(Layout request, int maxBytes) {
        int adds = request.bytes;
        if (!all.isEmpty() && !request.envelopes.isEmpty()) {
            Envelope last = all.get(all.size() - 1);
            Envelope first = request.envelopes.get(0);
            if (last.joins(first)) {
                adds += last.sizeWith(last.contentWith(first)) - last.size() - first.size();
            }
        }
        if (adds <= maxBytes) {
            request.envelopes.forEach(envelope -> append(all, envelope, true));
            bytes += adds;
        }
        return adds;
    }

    /** Null if it has anything that it may not have to join others. */
    private static @Nullable Envelope resource(byte[] bytes, int from, int to) {
        Envelope resource = new Envelope(HEAD, true);
        FieldWalk walk = new FieldWalk(bytes, from, to);
        while (walk.next()) {
            if (walk.field() == PIECES && walk.isDelimited()) {
                Envelope scope = scope(bytes, walk.contentStart(), walk.end());
                resource.addScope(scope != null ? scope : Envelope.asItIs(new Range(bytes, walk.start(), walk.end())));
            } else if (!resource.takes(walk, bytes)) {
                return null;
            }
        }
        return resource;
    }

    private static @Nullable Envelope scope(byte[] bytes, int from, int to) {
        Envelope scope = new Envelope(PIECES, false);
        FieldWalk walk = new FieldWalk(bytes, from, to);
        int itemsFrom = from;
        int itemsTo = from;
        while (walk.next()) {
            if (walk.field() == PIECES && walk.isDelimited()) {
                if (walk.start() != itemsTo) {
                    scope.addItems(bytes, itemsFrom, itemsTo);
                    itemsFrom = walk.start();
                }
                itemsTo = walk.end();
            } else if (!scope.takes(walk, bytes)) {
                return null;
            }
        }
        scope.addItems(bytes, itemsFrom, itemsTo);
        return scope;
    }

    // ---- the whole --------------------------------------------------------------------------------------------

    int bytes() {
        return bytes;
    }

    /** The request of all that was added; the next one begins. */
    ByteBuffer[] finish() {
        List<ByteBuffer> body = new ArrayList<>();
        all.forEach(envelope -> envelope.appendTo(body));
        all.clear();
        bytes = 0;
        return body.toArray(ByteBuffer[]::new);
    }

    private static ByteBuffer header(int tag, int length) {
        byte[] header = new byte[TAG_BYTES + ProtoOutput.varint32Size(length)];
        header[0] = (byte) tag;
        int rest = length;
        for (int i = TAG_BYTES; i < header.length; i++) {
            header[i] = (byte) (i + 1 < header.length ? rest | 0x80 : rest);
            rest >>>= 7;
        }
        return ByteBuffer.wrap(header);
    }
}
