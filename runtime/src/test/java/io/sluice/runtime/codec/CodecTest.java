package io.sluice.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.Duplex;
import io.sluice.runtime.io.TooLongException;
import io.sluice.runtime.testkit.ScriptedStream;
import io.sluice.runtime.testkit.TestWaker;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {

    private final TestWaker waker = new TestWaker();

    // ---- lines --------------------------------------------------------------------------------------------------

    @Test
    void lines_inAnyPieces_areTheSameLines() throws Exception {
        byte[] bytes = "one\r\n\nzwölf\nlast".getBytes(UTF_8);
        for (int piece = 1; piece <= bytes.length; piece++) {
            ScriptedStream.Builder script = ScriptedStream.builder();
            for (int at = 0; at < bytes.length; at += piece) {
                script.read(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
            }
            FramedRead<String> lines = new FramedRead<>(script.build(), new LineCodec(6));

            assertThat(ready(lines.toList())).containsExactly("one", "", "zwölf", "last");
        }
    }

    @Test
    void line_tooLong_failsBeforeItsEndHasCome() throws Exception {
        FramedRead<String> lines = new FramedRead<>(
                ScriptedStream.builder().read("ok\n1234567").readPending().build(), new LineCodec(6));

        assertThat(lines.pollNext(waker.context()).get()).isEqualTo("ok");
        assertThatThrownBy(() -> lines.pollNext(waker.context()))
                .isInstanceOfSatisfying(
                        TooLongException.class,
                        e -> assertThat(e.allowedBytes()).isEqualTo(6));
    }

    @Test
    void line_thatIsNoUtf8_fails() {
        FramedRead<String> lines = new FramedRead<>(
                ScriptedStream.builder().read(new byte[] {(byte) 0xc3, '\n'}).build(), new LineCodec(6));

        assertThatThrownBy(() -> lines.pollNext(waker.context())).isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void lineEncoder_refusesTwoLines_andLongOnes_andSendsNothingOfThem() throws Exception {
        ScriptedStream sink = ScriptedStream.builder().build();
        FramedWrite<String> lines = new FramedWrite<>(sink, new LineCodec(3));
        lines.put("a");

        assertThatThrownBy(() -> lines.put("b\nc")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lines.put("long"))
                .hasMessageContaining("line of 4 bytes")
                .hasMessageContaining("3");
        ready(lines.send("b"));
        assertThat(sink.writtenText()).isEqualTo("a\nb\n");
    }

    // ---- lengths ------------------------------------------------------------------------------------------------

    @Test
    void lengths_ofEverySize_comeBackInEitherOrder() throws Exception {
        Random random = new Random(11);
        for (int lengthBytes = 1; lengthBytes <= 8; lengthBytes++) {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                int max = lengthBytes == 1 ? 255 : 20_000;
                Duplex.Pair pair = Duplex.pair(1 << 20);
                FramedWrite<ByteBuffer> out =
                        new FramedWrite<>(pair.a(), new LengthDelimitedCodec(lengthBytes, order, max));
                FramedRead<ByteBuffer> in =
                        new FramedRead<>(pair.b(), new LengthDelimitedCodec(lengthBytes, order, max));
                List<ByteBuffer> sent = new ArrayList<>();
                for (int length : new int[] {0, 1, 255, max, random.nextInt(max)}) {
                    byte[] message = new byte[length];
                    random.nextBytes(message);
                    sent.add(ByteBuffer.wrap(message));
                    ready(out.feed(ByteBuffer.wrap(message)));
                }
                ready(out.flush());
                pair.a().shutdownOutput();

                assertThat(ready(in.toList())).isEqualTo(sent);
                assertThat(in.buffered()).isZero();
            }
        }
    }

    @Test
    void length_tooLarge_failsBeforeTheMessageHasCome() {
        FramedRead<ByteBuffer> in = new FramedRead<>(
                ScriptedStream.builder()
                        .read(new byte[] {-1, -1, -1, -1})
                        .readPending()
                        .build(),
                new LengthDelimitedCodec());

        assertThatThrownBy(() -> in.pollNext(waker.context()))
                .isInstanceOf(TooLongException.class)
                .hasMessage("the frame of 4294967295 bytes is longer than the 8388608 bytes that are allowed");
    }

    @Test
    void length_ofEightBytesThatIsNegative_isTooLarge() {
        FramedRead<ByteBuffer> in = new FramedRead<>(
                ScriptedStream.builder()
                        .read(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1})
                        .build(),
                new LengthDelimitedCodec(8, ByteOrder.BIG_ENDIAN, 10));

        assertThatThrownBy(() -> in.pollNext(waker.context()))
                .isInstanceOf(TooLongException.class)
                .hasMessageContaining("18446744073709551615");
    }

    @Test
    void message_cutShort_isNoEnd() throws Exception {
        FramedRead<ByteBuffer> in = new FramedRead<>(
                ScriptedStream.builder().read(new byte[] {0, 0, 0, 3, 1}).build(), new LengthDelimitedCodec());

        assertThatThrownBy(() -> in.pollNext(waker.context()))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("5 bytes into a message");
    }

    @Test
    void settings_thatCannotBe_areRefused() {
        assertThatThrownBy(() -> new LengthDelimitedCodec(9, ByteOrder.BIG_ENDIAN, 1))
                .hasMessageContaining("1..8");
        assertThatThrownBy(() -> new LengthDelimitedCodec(1, ByteOrder.BIG_ENDIAN, 256))
                .hasMessageContaining("0..255");
        assertThatThrownBy(() -> new LineCodec(0)).hasMessageContaining("positive");
    }

    // ---- reading and writing ------------------------------------------------------------------------------------

    @Test
    void framedRead_cancelledBetweenPolls_keepsWhatHasBegun() throws Exception {
        ScriptedStream source =
                ScriptedStream.builder().read("hal").readPending().read("f\n").build();
        FramedRead<String> lines = new FramedRead<>(source, new LineCodec(10));
        Future<String> lost = lines.next();
        assertThat(lost.poll(waker.context()).isPending()).isTrue();
        lost.cancel();
        source.resumeReads();

        assertThat(ready(lines.next())).isEqualTo("half");
        assertThat(ready(lines.next())).isNull();
    }

    @Test
    void framedWrite_withASlowSink_holdsTheNextMessageUp() throws Exception {
        ScriptedStream sink = ScriptedStream.builder().write(10).writePending().build();
        FramedWrite<String> lines = new FramedWrite<>(sink, new LineCodec(100_000));
        ready(lines.feed("x".repeat(FramedWrite.FLUSH_ABOVE_BYTES)));
        Future<Void> next = lines.feed("y");

        assertThat(next.poll(waker.context()).isPending()).isTrue();
        next.cancel();
        sink.resumeWrites();
        ready(lines.send("z"));
        assertThat(sink.writtenText()).isEqualTo("x".repeat(FramedWrite.FLUSH_ABOVE_BYTES) + "\nz\n");
        assertThat(lines.buffered()).isZero();
    }

    @Test
    void framedWrite_whoseSinkBreaks_fails() {
        IOException reset = new IOException("reset");
        FramedWrite<String> lines =
                new FramedWrite<>(ScriptedStream.builder().writeError(reset).build(), new LineCodec(10));

        assertThatThrownBy(() -> lines.send("a").poll(waker.context())).isSameAs(reset);
    }

    private <T> T ready(Future<T> future) throws Exception {
        Poll<T> polled = future.poll(waker.context());
        assertThat(polled.isReady()).isTrue();
        return polled.get();
    }
}
