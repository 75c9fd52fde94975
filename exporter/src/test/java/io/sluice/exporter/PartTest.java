package io.sluice.exporter;

import static io.sluice.exporter.testing.Encoding.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.testing.IdEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** However a payload is divided, its ids are in the parts once each and in their order. */
class PartTest {

    private static final int ID_BYTES = Long.BYTES;

    private final Random random = new Random(3);

    private static Part whole(int ids, int idsOfASender) {
        List<Long> all = LongStream.range(0, ids).boxed().toList();
        Payload payload = encode(new IdEncoder().senders(idsOfASender), all);
        return Part.all(payload.pieces());
    }

    private static List<Long> ids(List<Part> parts) {
        List<Long> ids = new ArrayList<>();
        for (Part part : parts) {
            Payload payload = part.payload(new Payload(Signal.TRACES, 0, new java.nio.ByteBuffer[0], () -> {}));
            assertThat(payload.bytes()).isEqualTo(part.bytes());
            assertThat(payload.items()).isEqualTo(part.items()).isPositive();
            ids.addAll(IdEncoder.decode(payload));
        }
        return ids;
    }

    private static List<Long> upTo(int ids) {
        return LongStream.range(0, ids).boxed().toList();
    }

    @Test
    void fitting_isComplete_andWithinTheLimit_andNotWasteful() {
        for (int round = 0; round < 2_000; round++) {
            int ids = 1 + random.nextInt(60);
            int sender = 1 + random.nextInt(20);
            int maxBytes = 1 + random.nextInt(ids * ID_BYTES + 20);
            List<Part> parts = whole(ids, sender).fitting(maxBytes);

            assertThat(ids(parts)).isEqualTo(upTo(ids));
            assertThat(parts).allMatch(part -> part.bytes() <= maxBytes || part.bytes() == ID_BYTES);
            for (int i = 1; i < parts.size(); i++) {
                Part before = parts.get(i - 1);
                int firstPiece = parts.get(i)
                        .pieces()
                        .bytes(parts.get(i).from(), parts.get(i).from() + 1);
                boolean samePieces = before.pieces() == parts.get(i).pieces();
                assertThat(samePieces && before.bytes() + firstPiece <= maxBytes)
                        .as("part %d of %s could have joined the one before", i, parts)
                        .isFalse();
            }
        }
    }

    @Test
    void halves_areComplete_andAboutEqual_downToOneItem() {
        for (int round = 0; round < 300; round++) {
            int ids = 1 + random.nextInt(60);
            List<Part> parts = List.of(whole(ids, 1 + random.nextInt(20)));
            while (parts.size() < ids) {
                List<Part> halves = new ArrayList<>();
                for (Part part : parts) {
                    List<Part> two = part.halves();
                    assertThat(two).hasSize(part.items() == 1 ? 1 : 2);
                    halves.addAll(two);
                }
                parts = halves;
                assertThat(ids(parts)).isEqualTo(upTo(ids));
            }
            assertThat(parts).allMatch(part -> part.halves().equals(List.of(part)));
        }
        assertThat(whole(10, 10).halves()).extracting(Part::items).containsExactly(5, 5);
        assertThat(whole(11, 1).halves()).extracting(Part::items).containsExactly(5, 6);
    }

    @Test
    void bisect_isAtTheBordersOfSenders() {
        Part merged = whole(20, 6);
        assertThat(merged.hasSeveralSenders()).isTrue();
        List<Part> two = merged.bisect();
        assertThat(two).extracting(Part::items).containsExactly(12, 8);
        assertThat(two.get(1).bisect()).extracting(Part::items).containsExactly(6, 2);
        assertThat(two.get(1).bisect()).noneMatch(Part::hasSeveralSenders);
        assertThat(whole(20, 20).hasSeveralSenders()).isFalse();
        assertThat(whole(20, 20).halves()).noneMatch(Part::hasSeveralSenders);
    }

    @Test
    void indivisible_isOnePart() {
        Payload blob = encode(new IdEncoder(), upTo(9));
        Part all = Part.all(blob.pieces());

        assertThat(all.fitting(1)).containsExactly(all);
        assertThat(all.halves()).containsExactly(all);
        assertThat(all.bytes()).isEqualTo(72);
        assertThat(all.items()).isEqualTo(9);
        assertThat(ids(List.of(all))).isEqualTo(upTo(9));
    }
}
