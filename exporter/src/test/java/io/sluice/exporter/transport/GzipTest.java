package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipTest {

    @Test
    void compressed_comesBackWhole_fromHeapAndDirectParts() throws Exception {
        Deflater deflater = new Deflater(1, true);
        for (int size : new int[] {0, 1, 1000, 300_000}) {
            byte[] plain = new byte[size];
            new Random(size).nextBytes(plain);
            Arrays.fill(plain, 0, size / 2, (byte) 'x');
            ByteBuffer heap = ByteBuffer.wrap(plain, 0, size / 3).slice();
            ByteBuffer direct = ByteBuffer.allocateDirect(size - size / 3)
                    .put(plain, size / 3, size - size / 3)
                    .flip();
            GrowingBytes compressed = new GrowingBytes(new byte[1]);

            Gzip.compress(new ByteBuffer[] {heap, direct.asReadOnlyBuffer()}, compressed, deflater);
            deflater.reset();

            assertThat(Gzip.inflate(compressed.array(), compressed.size(), size))
                    .isEqualTo(plain);
            assertThat(readByTheJdk(compressed)).isEqualTo(plain);
        }
    }

    private static byte[] readByTheJdk(GrowingBytes compressed) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(compressed.array(), 0, compressed.size());
        try (GZIPInputStream in = new GZIPInputStream(bytes)) {
            return in.readAllBytes();
        }
    }

    @Test
    void compressed_byAHigherLevel_isSmaller() {
        byte[] plain = new byte[100_000];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) ("attributes".charAt(i % 10) + (i * 31 >> 9) % 5);
        }
        assertThat(compressedBytes(plain, 9)).isPositive().isLessThan(compressedBytes(plain, 1));
    }

    private static int compressedBytes(byte[] plain, int level) {
        RequestBody body = RequestBody.compressed(
                new ByteBuffer[] {ByteBuffer.wrap(plain)}, plain.length, new RequestBody.Pool(level));
        assertThat(body.isGzip()).isTrue();
        return body.size();
    }

    /** The second takes what the first has left in the pool. */
    @Test
    void compressed_severalWithOnePool_areEachWhole() throws Exception {
        RequestBody.Pool pool = new RequestBody.Pool(1);
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] plain = new byte[random.nextInt(200_000)];
            random.nextBytes(plain);
            Arrays.fill(plain, 0, plain.length / 2, (byte) i);
            RequestBody body = RequestBody.compressed(new ByteBuffer[] {ByteBuffer.wrap(plain)}, plain.length, pool);
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            body.writeTo(sent);
            body.release();
            assertThat(Gzip.inflate(sent.toByteArray(), sent.size(), plain.length))
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

    /** A name, a comment, other fields and the header's checksum, as gzip(1) and others write them. */
    @Test
    void inflate_ofAHeaderWithEverything_skipsIt_andChecksItsSum() throws Exception {
        byte[] plain = "spans".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] simple = gzip(plain);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3});
        header.write(new byte[] {3, 0, 'x', 'y', 'z', 'n', 'a', 'm', 'e', 0, 'c', 0});
        CRC32 sum = new CRC32();
        sum.update(header.toByteArray());
        header.write((int) sum.getValue());
        header.write((int) sum.getValue() >> 8);
        int headerBytes = header.size();
        header.write(simple, 10, simple.length - 10);
        byte[] whole = header.toByteArray();

        assertThat(Gzip.inflate(whole, whole.length, 10_000)).isEqualTo(plain);
        for (int length = 0; length < whole.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> Gzip.inflate(whole, cut, 10_000)).isInstanceOf(IOException.class);
        }
        for (int at = 0; at < headerBytes; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x41;
            assertThatThrownBy(() -> Gzip.inflate(damaged, damaged.length, 10_000))
                    .as("byte %s", at)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void inflate_ofFlagsThatNobodyKnows_isRefused() throws Exception {
        byte[] odd = gzip(new byte[10]);
        odd[3] = 0x20;
        assertThatThrownBy(() -> Gzip.inflate(odd, odd.length, 100)).hasMessageContaining("flags that nobody knows");
    }

    /** What is behind a member may be a member that was damaged: to pass over it would lose it silently. */
    @Test
    void inflate_withSomethingElseBehind_isRefused() throws Exception {
        byte[] member = gzip(new byte[] {1, 2});
        for (int more : new int[] {1, 9, 10, 30}) {
            byte[] longer = Arrays.copyOf(member, member.length + more);
            assertThatThrownBy(() -> Gzip.inflate(longer, longer.length, 100)).isInstanceOf(IOException.class);
        }
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
