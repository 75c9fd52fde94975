package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipTest {

    @Test
    void compressed_comesBackWhole_fromHeapAndDirectParts() throws Exception {
        for (int size : new int[] {0, 1, 1000, 300_000}) {
            byte[] plain = new byte[size];
            new Random(size).nextBytes(plain);
            Arrays.fill(plain, 0, size / 2, (byte) 'x');
            ByteBuffer heap = ByteBuffer.wrap(plain, 0, size / 3).slice();
            ByteBuffer direct = ByteBuffer.allocateDirect(size - size / 3)
                    .put(plain, size / 3, size - size / 3)
                    .flip();
            GrowingBytes compressed = new GrowingBytes(new byte[1]);

            Gzip.compress(new ByteBuffer[] {heap, direct.asReadOnlyBuffer()}, compressed);

            assertThat(Gzip.inflate(compressed.array(), compressed.size(), size))
                    .isEqualTo(plain);
        }
    }

    @Test
    void inflate_atTheLimit_isAllowed_beyondIsNot() throws Exception {
        byte[] compressed = gzip(new byte[1000]);

        assertThat(Gzip.inflate(compressed, compressed.length, 1000)).hasSize(1000);
        assertThatThrownBy(() -> Gzip.inflate(compressed, compressed.length, 999))
                .isInstanceOf(Gzip.TooLargeException.class);
    }

    @Test
    void inflate_ofABomb_stopsAtTheLimit() throws Exception {
        byte[] bomb = gzip(new byte[100 << 20]);

        assertThatThrownBy(() -> Gzip.inflate(bomb, bomb.length, 1 << 20)).isInstanceOf(Gzip.TooLargeException.class);
    }

    @Test
    void inflate_ofSeveralMembers_givesThemAll() throws Exception {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.write(gzip(new byte[] {1, 2}));
        two.write(gzip(new byte[] {3}));

        assertThat(Gzip.inflate(two.toByteArray(), two.size(), 10)).containsExactly(1, 2, 3);
    }

    @Test
    void inflate_ofAnyTruncationOrDamage_isAnIOException() throws Exception {
        byte[] whole = gzip("the quick brown fox".repeat(20).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        for (int length = 0; length < whole.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> Gzip.inflate(whole, cut, 10_000)).isInstanceOf(IOException.class);
        }
        // Damage to the checksum or the data is noticed; the header's time and system are not checked by anybody.
        for (int at = 10; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x55;
            assertThatThrownBy(() -> Gzip.inflate(damaged, damaged.length, 1_000_000))
                    .isInstanceOf(IOException.class);
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }
}
