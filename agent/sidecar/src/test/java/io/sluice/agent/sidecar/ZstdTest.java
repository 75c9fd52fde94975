package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.sluice.exporter.testing.Mutations;
import io.sluice.exporter.transport.ContentCoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZstdTest {

    private static final ContentCoding ZSTD = Zstd::open;

    private static byte[] text(int bytes) {
        byte[] text = new byte[bytes];
        Random random = new Random(bytes);
        for (int i = 0; i < bytes; i++) {
            text[i] = (byte) (i % 3 == 0 ? 'x' : 'a' + random.nextInt(20));
        }
        return text;
    }

    private static byte[] compress(byte[] plain, int level, boolean checksum) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(target, level)) {
            out.setChecksum(checksum);
            out.write(plain);
        }
        return target.toByteArray();
    }

    private static byte[] inflate(byte[] compressed) throws IOException {
        try (InputStream in = ZSTD.open(compressed, compressed.length)) {
            return in.readAllBytes();
        }
    }

    /** By the library that clients use. */
    @Test
    void open_whatTheReferenceCompressed_isTheSame() throws IOException {
        for (int bytes : new int[] {0, 1, 100, 5_000, 300_000}) {
            for (int level : new int[] {1, 3, 9, 19}) {
                byte[] compressed = compress(text(bytes), level, level % 2 == 1);
                assertThat(inflate(compressed))
                        .as("%s bytes, level %s", bytes, level)
                        .isEqualTo(text(bytes));
            }
        }
    }

    @Test
    void open_cutOffAnywhere_isRefused() throws IOException {
        byte[] compressed = compress(text(3_000), 3, true);
        for (int length = 0; length < compressed.length; length++) {
            byte[] cut = Arrays.copyOf(compressed, length);
            assertThatThrownBy(() -> inflate(cut)).as("after %s bytes", length).isInstanceOf(IOException.class);
        }
    }

    /** Whatever a stranger changes: an answer or a refusal, never anything else. */
    @Test
    void open_changedAtRandom_endsInAnAnswerOrARefusal() throws IOException {
        Random random = new Random(5);
        byte[] compressed = compress(text(3_000), 3, false);
        int refused = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] changed = Mutations.bytes(compressed, random);
            try (InputStream in = ZSTD.open(changed, changed.length)) {
                in.readNBytes(1 << 20);
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }
}
