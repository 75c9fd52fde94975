package io.sluice.runtime.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.io.AsyncIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class ScriptedStreamTest {

    private final TestWaker waker = new TestWaker();

    @Test
    void read_givesPiecesThenWaitsThenEnds() throws Exception {
        ScriptedStream stream =
                ScriptedStream.builder().read("abc").readPending().read("d").build();
        ByteBuffer two = ByteBuffer.allocate(2);

        assertThat(stream.pollRead(waker.context(), two)).isEqualTo(2);
        assertThat(stream.pollRead(waker.context(), two.clear())).isEqualTo(1);
        assertThat(stream.pollRead(waker.context(), two.clear())).isEqualTo(AsyncIo.PENDING);
        assertThat(waker.isWoken()).isFalse();

        stream.resumeReads();

        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(stream.pollRead(waker.context(), two)).isEqualTo(1);
        assertThat(two.get(0)).isEqualTo((byte) 'd');
        assertThat(stream.pollRead(waker.context(), two.clear())).isEqualTo(AsyncIo.END);
        assertThat(stream.isExhausted()).isTrue();
    }

    @Test
    void write_takesAsMuchAsScriptedThenEverything() throws Exception {
        ScriptedStream stream = ScriptedStream.builder().write(2).writePending().build();
        ByteBuffer source = ByteBuffer.wrap("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertThat(stream.pollWrite(waker.context(), source)).isEqualTo(2);
        assertThat(stream.pollWrite(waker.context(), source)).isEqualTo(AsyncIo.PENDING);
        stream.resumeWrites();
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(stream.pollWrite(waker.context(), source)).isEqualTo(3);
        assertThat(stream.writtenText()).isEqualTo("hello");
    }

    @Test
    void error_isThrownOnce() throws Exception {
        IOException reset = new IOException("reset");
        ScriptedStream stream =
                ScriptedStream.builder().readError(reset).writeError(reset).build();

        assertThatThrownBy(() -> stream.pollRead(waker.context(), ByteBuffer.allocate(1)))
                .isSameAs(reset);
        assertThatThrownBy(() -> stream.pollWrite(waker.context(), ByteBuffer.allocate(1)))
                .isSameAs(reset);
        assertThat(stream.pollRead(waker.context(), ByteBuffer.allocate(1))).isEqualTo(AsyncIo.END);
    }

    @Test
    void close_wakesWhoWaitsAndFailsLaterCalls() throws Exception {
        ScriptedStream stream = ScriptedStream.builder().readPending().build();
        stream.pollRead(waker.context(), ByteBuffer.allocate(1));

        stream.close();

        assertThat(waker.wakes()).isEqualTo(1);
        assertThatThrownBy(() -> stream.pollRead(waker.context(), ByteBuffer.allocate(1)))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> stream.pollWrite(waker.context(), ByteBuffer.allocate(1)))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void resume_whereTheScriptDoesNotWait_isABug() {
        ScriptedStream stream = ScriptedStream.builder().read("a").build();

        assertThatThrownBy(stream::resumeReads).isInstanceOf(IllegalStateException.class);
    }
}
