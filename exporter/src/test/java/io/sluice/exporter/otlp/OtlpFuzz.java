package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.sluice.exporter.Pieces;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Scanner, merger and splitter beside OTLP's own parser: the scanner accepts what the parser accepts and counts the
 * same, and what is merged or split parses to the same items.
 *
 * <p>The first byte of an input names the signal; the rest is a request. Any thread. {@code fuzzerTestOneInput} is what
 * fuzzers call.
 */
public final class OtlpFuzz {

    private OtlpFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            Signal signal = Signal.values()[(input[0] & 0xff) % Signal.values().length];
            check(signal, Arrays.copyOfRange(input, 1, input.length));
        }
    }

    static void check(Signal signal, byte[] request) {
        Optional<Message> parsed = Requests.parse(signal, request);
        ScanResult scanned = OtlpScanner.scan(signal, request, 0, request.length);
        if (scanned instanceof ScanResult.Malformed malformed) {
            splitOfAnything(signal, request);
            assertThat(malformed.offset()).isBetween(0, request.length);
            // Beyond protobuf: OTLP's length of ids, and numbers that Go's parsers refuse.
            if (parsed.isPresent()) {
                assertThat(malformed.reason()).containsPattern("an id of|more than (32|64) bits");
            }
            return;
        }
        assertThat(parsed).as("accepted, but the parser refuses").isPresent();
        Message message = parsed.get();
        int items = ((ScanResult.Valid) scanned).items();
        assertThat(items).isEqualTo(Requests.count(message));
        assertThat(Requests.hasGoodIds(message)).isTrue();
        if (signal != Signal.PROFILES) { // whose requests stay alone
            merged(signal, request, items, message);
        }
        split(signal, new ByteBuffer[] {padded(request)}, message, items);
    }

    /** Bytes that are no request are one piece. */
    private static void splitOfAnything(Signal signal, byte[] bytes) {
        ByteBuffer[] body = {padded(bytes)};
        Pieces pieces = OtlpSplitter.of(signal).divide(body, 7);
        walk(pieces, new Random(bytes.length));
    }

    private static void walk(Pieces pieces, Random random) {
        assertThat(pieces.size()).isPositive();
        int piece = random.nextInt(pieces.size());
        assertThat(pieces.name(piece)).isNotEmpty();
        pieces.within(piece).ifPresent(inner -> {
            assertThat(inner.size()).isGreaterThan(1);
            walk(inner, random);
        });
    }

    private static void merged(Signal signal, byte[] request, int items, Message message) {
        byte[] other = Requests.random(signal, items, 2);
        Message otherMessage = Requests.parse(signal, other).orElseThrow();
        OtlpRequest first = new OtlpRequest(signal, request, items);
        OtlpRequest second = new OtlpRequest(signal, other, Requests.count(otherMessage));
        byte[] merged = Requests.bytes(new OtlpMerge(signal, bytes -> {}), List.of(first, first, second));
        Message parsed = Requests.parse(signal, merged).orElseThrow();
        Message together =
                message.toBuilder().mergeFrom(message).mergeFrom(otherMessage).build();
        assertThat(inside(Requests.items(parsed))).isEqualTo(inside(Requests.items(together)));
        assertThat(Requests.count(parsed)).isEqualTo(2 * first.items() + second.items());
        assertThat(merged.length).isLessThanOrEqualTo(2 * request.length + other.length);
        assertThat(OtlpScanner.scan(signal, merged, 0, merged.length))
                .isEqualTo(new ScanResult.Valid(Requests.count(together)));
        ByteBuffer[] body = {ByteBuffer.wrap(request), ByteBuffer.wrap(other)};
        Pieces senders = OtlpSplitter.of(signal).divide(body, parsed.getSerializedSize());
        assertThat(senders.ofSenders()).isTrue();
        assertThat(Requests.bytes(senders.body(0, 1))).isEqualTo(request);
        assertThat(Requests.bytes(senders.body(1, 2))).isEqualTo(other);
        assertThat(senders.items(0, 2)).isEqualTo(first.items() + second.items());
    }

    /** Without the envelopes that hold nothing: of equal ones, one is as good as two. */
    private static List<List<Message>> inside(List<List<Message>> items) {
        return items.stream().filter(path -> path.size() > 3).toList();
    }

    /** The request inside of a larger array. */
    private static ByteBuffer padded(byte[] request) {
        byte[] array = new byte[request.length + 10];
        Arrays.fill(array, (byte) 0xff);
        System.arraycopy(request, 0, array, 5, request.length);
        return ByteBuffer.wrap(array, 3, request.length + 4).position(5).limit(5 + request.length);
    }

    private static void split(Signal signal, ByteBuffer[] body, Message whole, int items) {
        Pieces pieces = OtlpSplitter.of(signal).divide(body, items);
        Random random = new Random(whole.getSerializedSize());
        List<List<Message>> found = new ArrayList<>();
        int[] counted = new int[1];
        parts(pieces, random, (range, from, to) -> {
            byte[] part = Requests.bytes(range.body(from, to));
            assertThat(range.bytes(from, to)).isEqualTo(part.length);
            assertThat(OtlpScanner.scan(signal, part, 0, part.length))
                    .isEqualTo(new ScanResult.Valid(range.items(from, to)));
            counted[0] += range.items(from, to);
            found.addAll(Requests.items(Requests.parse(signal, part).orElseThrow()));
        });
        assertThat(counted[0]).isEqualTo(items);
        assertThat(found).isEqualTo(Requests.items(whole));
        walk(pieces, random);
    }

    private interface Range {
        void accept(Pieces pieces, int from, int to);
    }

    /** All of {@code pieces} in ranges at random, some of which are single pieces divided further. */
    private static void parts(Pieces pieces, Random random, Range range) {
        int from = 0;
        while (from < pieces.size()) {
            int to = from + 1 + random.nextInt(Math.min(3, pieces.size() - from));
            Optional<Pieces> inner = to == from + 1 && random.nextInt(4) > 0 ? pieces.within(from) : Optional.empty();
            if (inner.isPresent()) {
                parts(inner.get(), random, range);
            } else {
                range.accept(pieces, from, to);
            }
            from = to;
        }
    }
}
