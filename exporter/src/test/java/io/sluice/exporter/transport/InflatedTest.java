package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InflatedTest {

    private enum Way {
        GZIP("gzip"),
        ZLIB("deflate"),
        RAW("Deflate");

        private final String name;

        Way(String name) {
            this.name = name;
        }

        OutputStream open(OutputStream target) throws IOException {
            return switch (this) {
                case GZIP -> new GZIPOutputStream(target);
                case ZLIB -> new DeflaterOutputStream(target);
                case RAW -> new DeflaterOutputStream(target, new Deflater(6, true));
            };
        }

        byte[] compress(byte[] plain) throws IOException {
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            try (OutputStream out = open(target)) {
                out.write(plain);
            }
            return target.toByteArray();
        }

        Inflated inflate(byte[] compressed, int length, int maxBytes) {
            ContentCoding coding = ContentCodings.standard().find(name).orElseThrow();
            return Inflated.of(coding, compressed, length, maxBytes);
        }
    }

    private static byte[] text(int bytes) {
        byte[] text = new byte[bytes];
        Random random = new Random(bytes);
        for (int i = 0; i < bytes; i++) {
            text[i] = (byte) ('a' + random.nextInt(6));
        }
        return text;
    }

    @ParameterizedTest
    @EnumSource
    void inflate_ofAnySize_isWhatWasCompressed(Way way) throws IOException {
        for (int bytes : new int[] {0, 1, 255, 256, 257, 70_000, 3_000_000}) {
            byte[] compressed = way.compress(text(bytes));
            byte[] padded = Arrays.copyOf(compressed, compressed.length + 100);
            Inflated inflated = way.inflate(padded, compressed.length, bytes);
            assertThat(inflated).as("%s bytes", bytes).isInstanceOf(Inflated.Plain.class);
            assertThat(((Inflated.Plain) inflated).bytes()).isEqualTo(text(bytes));
            if (bytes > 0) {
                assertThat(way.inflate(padded, compressed.length, bytes - 1)).isEqualTo(new Inflated.TooLarge());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void inflate_cutOffAnywhere_isDamaged(Way way) throws IOException {
        byte[] compressed = way.compress(text(2_000));
        for (int length = 0; length < compressed.length; length++) {
            Inflated inflated = way.inflate(compressed, length, 1 << 20);
            assertThat(inflated).as("after %s bytes", length).isInstanceOf(Inflated.Damaged.class);
        }
        byte[] wrong = "no stream at all".getBytes(StandardCharsets.US_ASCII);
        assertThat(way.inflate(wrong, wrong.length, 1 << 20)).isInstanceOf(Inflated.Damaged.class);
    }

    @Test
    void inflate_streamThatWantsADictionary_isDamaged() {
        Deflater deflater = new Deflater();
        deflater.setDictionary("resource spans".getBytes(StandardCharsets.US_ASCII));
        deflater.setInput(text(100));
        deflater.finish();
        byte[] compressed = new byte[1_000];
        int length = deflater.deflate(compressed);
        deflater.end();
        assertThat(Way.ZLIB.inflate(compressed, length, 1_000))
                .isEqualTo(new Inflated.Damaged("it needs a dictionary"));
    }

    /** The size in the trailer is only believed as far as it is likely, and refuted by what comes. */
    @Test
    void inflate_whoseTrailerLies_isDamaged_andAllocatesLittle() throws IOException {
        byte[] compressed = Way.GZIP.compress(text(2_000));
        for (byte told : new byte[] {0, 1, 0x7f, (byte) 0xff}) {
            byte[] lying = compressed.clone();
            Arrays.fill(lying, lying.length - 4, lying.length, told);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThat(Way.GZIP.inflate(lying, lying.length, 64 << 20))
                    .isEqualTo(new Inflated.Damaged("its size is wrong"));
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("told %s", told)
                    .isLessThan(64L * compressed.length + (64 << 10));
        }
    }

    /** Ten gigabytes of nothing in ten megabytes of gzip: no more is allocated than the limit. */
    @Test
    void inflate_bomb_allocatesNoMoreThanTheLimit() throws IOException {
        byte[] member = Way.GZIP.compress(new byte[10 << 20]);
        byte[] bomb = new byte[1_000 * member.length];
        for (int i = 0; i < 1_000; i++) {
            System.arraycopy(member, 0, bomb, i * member.length, member.length);
        }
        int limit = 16 << 20;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(Way.GZIP.inflate(bomb, bomb.length, limit)).isEqualTo(new Inflated.TooLarge());
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(limit + (2 << 20));
    }

    @Test
    void names_areFoundInAnyCase_butNotSeveralAtOnce() {
        ContentCodings codings = ContentCodings.standard();
        assertThat(codings.names()).isEqualTo("gzip, deflate");
        assertThat(codings.find(" X-GZip ")).isEqualTo(codings.find("gzip")).isPresent();
        assertThat(codings.find("gzip, gzip")).isEmpty();
        assertThat(codings.find("zstd")).isEmpty();
        assertThat(codings.with("zstd", (bytes, length) -> InputStream.nullInputStream())
                        .names())
                .isEqualTo("gzip, deflate, zstd");
    }
}
