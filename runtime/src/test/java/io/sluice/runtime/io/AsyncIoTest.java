package io.sluice.runtime.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.testkit.ScriptedStream;
import io.sluice.runtime.testkit.TestWaker;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AsyncIoTest {

    private final TestWaker waker = new TestWaker();

    @Test
    void readExact_acrossPiecesAndAWait_fillsTheBuffer() throws Exception {
        ScriptedStream stream = ScriptedStream.builder()
                .read("ab")
                .read("c")
                .readPending()
                .read("def")
                .build();
        ByteBuffer target = ByteBuffer.allocate(5);
        Future<Void> read = AsyncIo.readExact(stream, target);

        assertThat(read.poll(waker.context()).isPending()).isTrue();
        stream.resumeReads();
        assertThat(waker.isWoken()).isTrue();
        assertThat(read.poll(waker.context()).isReady()).isTrue();
        assertThat(new String(target.array(), US_ASCII)).isEqualTo("abcde");
    }

    @Test
    void readExact_whenTheSourceEndsEarly_saysHowFarItCame() {
        Future<Void> read =
                AsyncIo.readExact(ScriptedStream.builder().read("abc").build(), ByteBuffer.allocate(8));

        assertThatThrownBy(() -> read.poll(waker.context()))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("3 of 8");
    }

    @Test
    void readExact_whenTheSourceBreaks_passesTheErrorOn() {
        IOException reset = new IOException("reset");
        Future<Void> read = AsyncIo.readExact(
                ScriptedStream.builder().read("a").readError(reset).build(), ByteBuffer.allocate(2));

        assertThatThrownBy(() -> read.poll(waker.context())).isSameAs(reset);
    }

    @Test
    void writeAll_throughShortWrites_keepsTheOrder() throws Exception {
        ScriptedStream stream = ScriptedStream.builder()
                .write(1)
                .write(3)
                .writePending()
                .write(2)
                .build();
        Future<Void> write = AsyncIo.writeAll(stream, bytes("abc"), bytes(""), bytes("defg"), bytes("h"), bytes(""));

        assertThat(write.poll(waker.context()).isPending()).isTrue();
        stream.resumeWrites();
        assertThat(write.poll(waker.context()).isReady()).isTrue();
        assertThat(stream.writtenText()).isEqualTo("abcdefgh");
    }

    @Test
    void writeAll_ofNothing_isReadyWithoutAWrite() throws Exception {
        ScriptedStream stream = ScriptedStream.builder().writePending().build();

        assertThat(AsyncIo.writeAll(stream, bytes("")).poll(waker.context()).isReady())
                .isTrue();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
