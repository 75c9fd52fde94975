package io.sluice.runtime.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.stream.Stream;
import io.sluice.runtime.testkit.ScriptedStream;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.Test;

/** Readers and writers over scripts: what comes in pieces, waits, is too long or breaks. */
class StreamHelpersTest {

    private final TestWaker waker = new TestWaker();

    @Test
    void bufReader_manySmallReads_costOneReadOfTheSource() throws Exception {
        ScriptedStream source = ScriptedStream.builder().read("abcdef").build();
        BufReader reader = new BufReader(source, 16);
        StringBuilder text = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (reader.pollRead(waker.context(), one.clear()) > 0) {
            text.append((char) one.get(0));
            assertThat(source.isExhausted()).isTrue();
        }

        assertThat(text).hasToString("abcdef");
    }

    @Test
    void bufReader_largeRead_goesPastTheEmptyBuffer() throws Exception {
        BufReader reader = new BufReader(ScriptedStream.builder().read("abcdef").build(), 4);
        ByteBuffer target = ByteBuffer.allocate(8);

        assertThat(reader.pollRead(waker.context(), target)).isEqualTo(6);
        assertThat(reader.buffered()).isZero();
        assertThat(reader.pollRead(waker.context(), target)).isEqualTo(AsyncIo.END);
    }

    @Test
    void pollPeek_overPieces_takesNothing() throws Exception {
        ScriptedStream source =
                ScriptedStream.builder().read("PR").readPending().read("I *").build();
        BufReader reader = new BufReader(source, 16);

        assertThat(reader.pollPeek(waker.context(), 4)).isNull();
        source.resumeReads();
        assertThat(US_ASCII.decode(reader.pollPeek(waker.context(), 4)).toString())
                .isEqualTo("PRI *");
        assertThat(reader.buffered()).isEqualTo(5);
        reader.consume(3);
        assertThat(US_ASCII.decode(reader.pollPeek(waker.context(), 16)).toString())
                .isEqualTo(" *");
        assertThatThrownBy(() -> reader.pollPeek(waker.context(), 17))
                .hasMessageContaining("17 bytes in a buffer of 16");
        assertThatThrownBy(() -> reader.consume(3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lines_ofAllKinds_andALastOneWithoutEnd() throws Exception {
        ScriptedStream source = ScriptedStream.builder()
                .read("one\ntw")
                .readPending()
                .read("o\r\n\nla")
                .read("st")
                .build();
        Stream<String> lines = new BufReader(source, 4).lines(8);

        assertThat(lines.pollNext(waker.context()).get()).isEqualTo("one");
        assertThat(lines.pollNext(waker.context()).isPending()).isTrue();
        source.resumeReads();
        assertThat(lines.toList().poll(waker.context()).get()).containsExactly("two", "", "last");
    }

    @Test
    void lines_atTheLimit_pass_andBeyondItFail() throws Exception {
        Stream<String> lines = new BufReader(
                        ScriptedStream.builder().read("12345678\n123456789\n").build())
                .lines(8);

        assertThat(lines.pollNext(waker.context()).get()).isEqualTo("12345678");
        assertThatThrownBy(() -> lines.pollNext(waker.context()))
                .isInstanceOf(TooLongException.class)
                .hasMessage("the line is longer than the 8 bytes that are allowed");
    }

    @Test
    void lines_thatAreNoUtf8_fail() {
        Stream<String> lines = new BufReader(ScriptedStream.builder()
                        .read(new byte[] {(byte) 0xff, '\n'})
                        .build())
                .lines(8);

        assertThatThrownBy(() -> lines.pollNext(waker.context())).isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void readUntil_givesThePieceWithItsEnd_andNothingAtTheEnd() throws Exception {
        BufReader source = new BufReader(ScriptedStream.builder().read("a;bc").build());

        assertThat(ready(AsyncIo.readUntil(source, (byte) ';', 8)))
                .asString(US_ASCII)
                .isEqualTo("a;");
        assertThat(ready(AsyncIo.readUntil(source, (byte) ';', 8)))
                .asString(US_ASCII)
                .isEqualTo("bc");
        assertThat(ready(AsyncIo.readUntil(source, (byte) ';', 8))).isEmpty();
        assertThat(ready(AsyncIo.readLine(source, 8))).isNull();
    }

    @Test
    void readToEnd_upToTheLimit_andNotBeyond() throws Exception {
        byte[] bytes = new byte[5000];
        bytes[4999] = 7;

        assertThat(ready(AsyncIo.readToEnd(ScriptedStream.builder().read(bytes).build(), 5000)))
                .isEqualTo(bytes);
        assertThatThrownBy(() -> ready(
                        AsyncIo.readToEnd(ScriptedStream.builder().read(bytes).build(), 4999)))
                .isInstanceOf(TooLongException.class)
                .hasMessageContaining("4999");
    }

    @Test
    void take_leavesTheRest_andChainGoesOn() throws Exception {
        ScriptedStream source = ScriptedStream.builder().read("headbody").build();
        AsyncRead both = AsyncIo.chain(
                AsyncIo.take(source, 4), ScriptedStream.builder().read("!").build());

        assertThat(ready(AsyncIo.readToEnd(both, 10))).asString(US_ASCII).isEqualTo("head!");
        assertThat(ready(AsyncIo.readToEnd(source, 10))).asString(US_ASCII).isEqualTo("body");
    }

    @Test
    void bufWriter_gathersUntilItIsFull_andFlushesTheRest() throws Exception {
        ScriptedStream sink = ScriptedStream.builder().build();
        BufWriter writer = new BufWriter(sink, 4);
        for (String piece : new String[] {"a", "b", "c"}) {
            ready(AsyncIo.writeAll(writer, bytes(piece)));
        }
        assertThat(sink.writtenText()).isEmpty();

        ready(AsyncIo.writeAll(writer, bytes("de")));
        assertThat(sink.writtenText()).isEqualTo("abc");
        assertThatThrownBy(writer::shutdownOutput)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 bytes");

        ready(AsyncIo.shutdown(writer));
        assertThat(sink.writtenText()).isEqualTo("abcde");
        assertThat(sink.isOutputShutdown()).isTrue();
    }

    @Test
    void bufWriter_largeAndGatheredWrites_keepTheOrder() throws Exception {
        ScriptedStream sink = ScriptedStream.builder().write(1).writePending().build();
        BufWriter writer = new BufWriter(sink, 4);
        ready(AsyncIo.writeAll(writer, bytes("ab")));
        Future<Void> rest = AsyncIo.writeAll(writer, bytes("c"), bytes("defghi"), bytes("j"));

        assertThat(rest.poll(waker.context()).isPending()).isTrue();
        assertThat(sink.writtenText()).isEqualTo("a");
        sink.resumeWrites();
        ready(rest);
        ready(AsyncIo.flush(writer));
        assertThat(sink.writtenText()).isEqualTo("abcdefghij");
        assertThat(writer.buffered()).isZero();
    }

    @Test
    void copy_withAWaitingSource_flushesWhatItHas() throws Exception {
        ScriptedStream source =
                ScriptedStream.builder().read("ask").readPending().read("more").build();
        ScriptedStream sink = ScriptedStream.builder().build();
        Future<Long> copy = AsyncIo.copy(source, new BufWriter(sink));

        assertThat(copy.poll(waker.context()).isPending()).isTrue();
        assertThat(sink.writtenText()).isEqualTo("ask");
        source.resumeReads();
        assertThat(ready(copy)).isEqualTo(7);
        assertThat(sink.writtenText()).isEqualTo("askmore");
        assertThat(sink.isOutputShutdown()).isFalse();
    }

    @Test
    void copy_toASlowSink_readsNoMoreThanOneBuffer() throws Exception {
        ScriptedStream sink = ScriptedStream.builder().writePending().build();
        ScriptedStream source = ScriptedStream.builder().read("ab").read("cd").build();
        Future<Long> copy = AsyncIo.copy(source, sink, 2);

        assertThat(copy.poll(waker.context()).isPending()).isTrue();
        assertThat(source.isExhausted()).isFalse();
        sink.resumeWrites();
        assertThat(ready(copy)).isEqualTo(4);
    }

    @Test
    void copyBidirectional_passesEachEndOn_andGoesOnTheOtherWay() throws Exception {
        ScriptedStream a = ScriptedStream.builder().read("question").build();
        ScriptedStream b =
                ScriptedStream.builder().readPending().read("answer!").build();
        Future<Copied> copy = AsyncIo.copyBidirectional(a, b);

        assertThat(copy.poll(waker.context()).isPending()).isTrue();
        assertThat(b.writtenText()).isEqualTo("question");
        assertThat(b.isOutputShutdown()).isTrue();
        assertThat(a.isOutputShutdown()).isFalse();

        b.resumeReads();
        assertThat(ready(copy)).isEqualTo(new Copied(8, 7));
        assertThat(a.writtenText()).isEqualTo("answer!");
        assertThat(a.isOutputShutdown()).isTrue();
        assertThat(a.isClosed()).isFalse();
    }

    @Test
    void copyBidirectional_whenOneSideBreaks_fails() {
        IOException reset = new IOException("reset");
        Future<Copied> copy = AsyncIo.copyBidirectional(
                ScriptedStream.builder().readPending().build(),
                ScriptedStream.builder().readError(reset).build());

        assertThatThrownBy(() -> copy.poll(waker.context())).isSameAs(reset);
    }

    @Test
    void constants_endAtOnce_takeAll_orNeverEnd() throws Exception {
        assertThat(ready(AsyncIo.copy(AsyncIo.empty(), AsyncIo.sink()))).isZero();
        assertThat(ready(AsyncIo.copy(AsyncIo.take(AsyncIo.repeat((byte) 1), 100_000), AsyncIo.sink())))
                .isEqualTo(100_000);
    }

    // ---- halves -------------------------------------------------------------------------------------------------

    @Test
    void halves_closeOfTheWriter_endsItsDirectionOnly() throws Exception {
        ScriptedStream stream = ScriptedStream.builder().read("rest").build();
        Halves halves = Halves.of(stream);
        halves.writer().close();
        halves.writer().close();

        assertThat(stream.isOutputShutdown()).isTrue();
        assertThat(stream.isClosed()).isFalse();
        assertThat(ready(AsyncIo.readToEnd(halves.reader(), 10))).hasSize(4);
        halves.reader().close();
        assertThat(stream.isClosed()).isTrue();
        assertThatThrownBy(() -> halves.reader().pollRead(waker.context(), bytes("x")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void halves_forgottenWriter_saysNothingToThePeer() {
        ScriptedStream stream = ScriptedStream.builder().build();
        Halves halves = Halves.of(stream);
        halves.writer().forget();

        assertThat(stream.isOutputShutdown()).isFalse();
        halves.reader().close();
        assertThat(stream.isClosed()).isTrue();
    }

    @Test
    void halves_reunited_areTheStreamAgain() {
        ScriptedStream stream = ScriptedStream.builder().build();
        Halves halves = Halves.of(stream);
        Halves others = Halves.of(ScriptedStream.builder().build());

        assertThatThrownBy(() -> Halves.reunite(halves.reader(), others.writer()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Halves.reunite(halves.reader(), halves.writer())).isSameAs(stream);
        halves.reader().close();
        halves.writer().close();
        assertThat(stream.isClosed()).isFalse();
        assertThatThrownBy(() -> Halves.reunite(halves.reader(), halves.writer()))
                .isInstanceOf(IllegalStateException.class);
    }

    private <T> T ready(Future<T> future) throws Exception {
        Poll<T> polled = future.poll(waker.context());
        assertThat(polled.isReady()).isTrue();
        return polled.get();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
