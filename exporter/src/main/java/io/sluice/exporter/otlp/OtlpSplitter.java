package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Divider;
import io.sluice.exporter.Pieces;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Divides an encoded export request by its wire bytes: into its resources if it has several, else into the scopes of its
 * one resource, else into the items of its one scope, and a metric that is alone into its data points.
 *
 * <p>The pieces are fields of the same message, the innermost of a chain of {@link Envelope}s. A request for some of
 * them is that chain with new lengths: whatever else the envelopes hold, schema URLs and unknown fields included, is
 * taken over as it stands, and items are not looked into. Items are counted by {@link OtlpScanner}.
 *
 * <p>A metric whose data stands in more than one field is not divided: which of them counts, protobuf decides by their
 * order. Very many very small fields are taken several to a piece, so that a list of pieces never needs more than about
 * a megabyte; such a piece can be divided further.
 */
public final class OtlpSplitter implements Pieces {

    private static final int MAX_PIECES = 1 << 16;
    private static final int MAX_NAME_CHARS = 100;

    /** What a level's message is, and which of its fields are pieces. */
    private enum Level {
        REQUEST,
        RESOURCE,
        SCOPE,
        METRIC,
        DATA;

        boolean isPiece(MessageShape shape, FieldWalk walk) {
            if (!walk.isDelimited()) {
                return false;
            }
            return switch (this) {
                case REQUEST, DATA -> walk.field() == 1;
                case RESOURCE, SCOPE -> walk.field() == 2;
                case METRIC -> shape.isAlternative(walk.field());
            };
        }

        /** The level inside of a piece; null if that is an item. */
        @Nullable
        Level inner(Signal signal) {
            return switch (this) {
                case REQUEST -> RESOURCE;
                case RESOURCE -> SCOPE;
                case SCOPE -> signal == Signal.METRICS ? METRIC : null;
                case METRIC -> DATA;
                case DATA -> null;
            };
        }
    }

    private final Signal signal;
    private final byte[] bytes;
    private final Level level;
    private final MessageShape shape;

    /** From the request to the message whose fields the pieces are. */
    private final List<Envelope> chain;

    private int size;
    private int[] starts = new int[8];
    private int[] ends = new int[8];

    /** Bytes and items before each piece, and before the end. */
    private int[] bytesBefore = new int[9];

    private int[] itemsBefore = new int[9];

    private OtlpSplitter(Signal signal, byte[] bytes, Level level, MessageShape shape, List<Envelope> chain) {
        this.signal = signal;
        this.bytes = bytes;
        this.level = level;
        this.shape = shape;
        this.chain = chain;
    }

    /** A divider for requests of {@code signal}; a body of several buffers is one request in each. */
    public static Divider of(Signal signal) {
        requireNonNull(signal, "signal");
        return (body, items) -> divide(signal, body, items);
    }

    private static Pieces divide(Signal signal, ByteBuffer[] body, int items) {
        if (signal == Signal.PROFILES) {
            return Pieces.indivisible(body, items, "request of " + signal); // its parts share one dictionary
        }
        if (body.length > 1) {
            return RequestPieces.of(signal, body, items);
        }
        if (body.length == 1 && body[0].hasArray()) {
            ByteBuffer only = body[0];
            int from = only.arrayOffset() + only.position();
            OtlpSplitter pieces = outermost(signal, only.array(), from, from + only.remaining());
            if (pieces != null) {
                return pieces;
            }
        }
        return Pieces.indivisible(body, items, "request of " + signal);
    }

    private static @Nullable OtlpSplitter outermost(Signal signal, byte[] bytes, int from, int to) {
        return in(signal, bytes, Level.REQUEST, OtlpShapes.of(signal), List.of(), 0, from, to);
    }

    /** The pieces of a message, or of its only piece; null if it has none or is malformed. */
    private static @Nullable OtlpSplitter in(
            Signal signal,
            byte[] bytes,
            Level level,
            MessageShape shape,
            List<Envelope> outer,
            int tag,
            int from,
            int to) {
        Envelope envelope = new Envelope(tag);
        List<Envelope> chain = new ArrayList<>(outer);
        chain.add(envelope);
        OtlpSplitter pieces = new OtlpSplitter(signal, bytes, level, shape, chain);
        if (!pieces.index(envelope, from, to) || pieces.size == 0) {
            return null;
        }
        OtlpSplitter inner = pieces.size == 1 ? pieces.inside(0) : null;
        if (inner != null) {
            return inner;
        }
        return level != Level.METRIC && pieces.count() ? pieces : null;
    }

    // ---- finding the pieces -----------------------------------------------------------------------------------

    /** Adds what is between {@code from} and {@code to}, pieces here and the rest to the envelope; false if malformed. */
    private boolean index(Envelope envelope, int from, int to) {
        int grain = (to - from) / MAX_PIECES;
        FieldWalk walk = new FieldWalk(bytes, from, to);
        while (walk.next()) {
            if (!level.isPiece(shape, walk)) {
                envelope.add(bytes, walk.start(), walk.end());
                continue;
            }
            add(walk.start(), walk.end(), grain);
            if (size > 2 * MAX_PIECES + 1) { // other fields stand between them
                return false;
            }
        }
        return !walk.isBroken();
    }

    private void add(int start, int end, int grain) {
        if (size > 0 && ends[size - 1] == start && end - starts[size - 1] <= grain) {
            size--; // joins the piece before it
        } else {
            grow();
            starts[size] = start;
            bytesBefore[size + 1] = bytesBefore[size];
        }
        ends[size] = end;
        bytesBefore[size + 1] += end - start;
        size++;
    }

    /** Counts the items of each piece; false if one is malformed. Left until it is known that these are the pieces. */
    private boolean count() {
        for (int piece = 0; piece < size; piece++) {
            int items = itemsIn(piece);
            if (items < 0) {
                return false;
            }
            itemsBefore[piece + 1] = itemsBefore[piece] + items;
        }
        return true;
    }

    /** Negative if malformed. */
    private int itemsIn(int piece) {
        FieldWalk walk = new FieldWalk(bytes, starts[piece], ends[piece]);
        int items = 0;
        while (walk.next()) {
            MessageShape child = requireNonNull(shape.child(walk.field()));
            int more = child.isCounted() ? 1 : OtlpScanner.count(child, bytes, walk.contentStart(), walk.end());
            if (more < 0) {
                return -1;
            }
            items += more;
        }
        return items;
    }

    private void grow() {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            bytesBefore = Arrays.copyOf(bytesBefore, 2 * size + 1);
            itemsBefore = Arrays.copyOf(itemsBefore, 2 * size + 1);
        }
    }

    /** The pieces inside of the one field that {@code piece} is; null if that is an item. */
    private @Nullable OtlpSplitter inside(int piece) {
        Level inner = level.inner(signal);
        if (inner == null) {
            return null;
        }
        FieldWalk walk = new FieldWalk(bytes, starts[piece], ends[piece]);
        walk.next();
        MessageShape child = requireNonNull(shape.child(walk.field()));
        int tag = (walk.field() << 3) | FieldWalk.LENGTH_DELIMITED;
        return in(signal, bytes, inner, child, chain, tag, walk.contentStart(), walk.end());
    }

    // ---- what is asked ----------------------------------------------------------------------------------------

    @Override
    public int size() {
        return size;
    }

    @Override
    public int items(int from, int to) {
        return itemsBefore[to] - itemsBefore[from];
    }

    @Override
    public int bytes(int from, int to) {
        return contents(from, to)[0];
    }

    /** The length of each envelope's content, from the request to the innermost. */
    private int[] contents(int from, int to) {
        int[] lengths = new int[chain.size()];
        int inner = bytesBefore[to] - bytesBefore[from];
        for (int i = lengths.length - 1; i >= 0; i--) {
            lengths[i] = chain.get(i).ownBytes() + inner;
            inner = 1 + ProtoOutput.varint32Size(lengths[i]) + lengths[i];
        }
        return lengths;
    }

    @Override
    public ByteBuffer[] body(int from, int to) {
        int[] lengths = contents(from, to);
        List<ByteBuffer> body = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            chain.get(i).open(lengths[i], body);
        }
        int first = from;
        while (first < to) {
            int last = first;
            while (last + 1 < to && starts[last + 1] == ends[last]) {
                last++;
            }
            body.add(ByteBuffer.wrap(bytes, starts[first], ends[last] - starts[first]));
            first = last + 1;
        }
        return body.toArray(ByteBuffer[]::new);
    }

    @Override
    public Optional<Pieces> within(int piece) {
        Envelope innermost = chain.get(chain.size() - 1);
        OtlpSplitter fields = new OtlpSplitter(signal, bytes, level, shape, chain);
        fields.index(innermost, starts[piece], ends[piece]); // nothing but pieces
        OtlpSplitter pieces = fields.size == 1 ? inside(piece) : fields.count() ? fields : null;
        return pieces == null || pieces.size == 1 ? Optional.empty() : Optional.of(pieces);
    }

    @Override
    public boolean ofSenders() {
        return false;
    }

    // ---- names ------------------------------------------------------------------------------------------------

    @Override
    public String name(int piece) {
        if (level == Level.DATA) {
            return titled("data point of metric", chain.get(chain.size() - 2).text(OtlpFields.Metric.NAME));
        }
        FieldWalk walk = new FieldWalk(bytes, starts[piece], ends[piece]);
        if (level != Level.SCOPE || !walk.next()) {
            return "part without items";
        }
        return switch (signal) {
            case TRACES -> titled("span", text(OtlpFields.Span.NAME, walk));
            case METRICS -> titled("metric", text(OtlpFields.Metric.NAME, walk));
            case LOGS -> titled("log record", text(OtlpFields.LogRecord.EVENT_NAME, walk));
            case PROFILES -> "profile"; // which has no name
        };
    }

    private Optional<String> text(int field, FieldWalk item) {
        return Envelope.text(field, bytes, item.contentStart(), item.end());
    }

    /** The kind and, if there is one, the name, made fit for a log line. */
    private static String titled(String kind, Optional<String> name) {
        return kind
                + name.map(text -> " \"" + text.substring(0, Math.min(text.length(), MAX_NAME_CHARS)) + "\"")
                        .orElse("")
                        .replaceAll("\\p{Cntrl}", " ");
    }
}
