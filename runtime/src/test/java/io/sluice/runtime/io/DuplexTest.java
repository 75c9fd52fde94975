package io.sluice.runtime.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.testkit.TestWaker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams in memory, and those that a thread of its own serves. */
@Timeout(30)
class DuplexTest {

    private final TestWaker waker = new TestWaker();

    @Test
    void duplex_fullDirection_holdsItsWriterUpUntilThereIsRoom() throws Exception {
        Duplex.Pair pair = Duplex.pair(4);

        assertThat(pair.a().pollWrite(waker.context(), ByteBuffer.wrap(new byte[6])))
                .isEqualTo(4);
        assertThat(pair.a().pollWrite(waker.context(), ByteBuffer.wrap(new byte[1])))
                .isEqualTo(AsyncIo.PENDING);
        assertThat(pair.b().pollRead(waker.context(), ByteBuffer.allocate(3))).isEqualTo(3);
        assertThat(waker.isWoken()).isTrue();
        assertThat(pair.a().pollWrite(waker.context(), ByteBuffer.wrap(new byte[9])))
                .isEqualTo(3);
    }

    @Test
    void duplex_shutdown_isReadAfterTheBytes_andTheOtherWayGoesOn() throws Exception {
        Duplex.Pair pair = Duplex.pair(8);
        ByteBuffer target = ByteBuffer.allocate(8);
        assertThat(pair.b().pollRead(waker.context(), target)).isEqualTo(AsyncIo.PENDING);
        pair.a().pollWrite(waker.context(), ByteBuffer.wrap(new byte[2]));
        assertThat(waker.isWoken()).isTrue();
        pair.a().shutdownOutput();

        assertThat(pair.b().pollRead(waker.context(), target)).isEqualTo(2);
        assertThat(pair.b().pollRead(waker.context(), target)).isEqualTo(AsyncIo.END);
        assertThat(pair.b().pollWrite(waker.context(), ByteBuffer.wrap(new byte[2])))
                .isEqualTo(2);
        assertThat(pair.a().pollRead(waker.context(), target)).isEqualTo(2);
        assertThatThrownBy(() -> pair.a().pollWrite(waker.context(), ByteBuffer.wrap(new byte[1])))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void duplex_closed_wakesBothPeers_andRefusesWrites() throws Exception {
        Duplex.Pair pair = Duplex.pair(2);
        TestWaker writer = new TestWaker();
        assertThat(pair.a().pollWrite(writer.context(), ByteBuffer.wrap(new byte[2])))
                .isEqualTo(2);
        assertThat(pair.a().pollWrite(writer.context(), ByteBuffer.wrap(new byte[2])))
                .isEqualTo(AsyncIo.PENDING);
        assertThat(pair.a().pollRead(waker.context(), ByteBuffer.allocate(1))).isEqualTo(AsyncIo.PENDING);

        pair.b().close();

        assertThat(writer.isWoken()).isTrue();
        assertThat(waker.isWoken()).isTrue();
        assertThat(pair.a().pollRead(waker.context(), ByteBuffer.allocate(1))).isEqualTo(AsyncIo.END);
        assertThatThrownBy(() -> pair.a().pollWrite(writer.context(), ByteBuffer.wrap(new byte[2])))
                .hasMessageContaining("broken pipe");
    }

    @Test
    void duplex_betweenTasks_throughAnEcho_keepsEveryByte() throws Exception {
        byte[] sent = new byte[300_000];
        new Random(3).nextBytes(sent);
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            Duplex.Pair outer = Duplex.pair(1000);
            Duplex.Pair inner = Duplex.pair(77);
            JoinHandle<Copied> proxy = runtime.handle().spawn(AsyncIo.copyBidirectional(outer.b(), inner.a()));
            JoinHandle<Long> echo = runtime.handle().spawn(AsyncIo.copy(inner.b(), inner.b()));
            JoinHandle<Void> writing = runtime.handle().spawn(AsyncIo.writeAll(outer.a(), ByteBuffer.wrap(sent)));
            ByteBuffer received = ByteBuffer.allocate(sent.length);
            runtime.blockOn(AsyncIo.readExact(outer.a(), received));
            runtime.blockOn(writing);
            outer.a().shutdownOutput();

            assertThat(runtime.blockOn(echo)).isEqualTo(sent.length);
            inner.b().shutdownOutput();
            assertThat(runtime.blockOn(proxy)).isEqualTo(new Copied(sent.length, sent.length));
            assertThat(received.array()).isEqualTo(sent);
        }
    }

    // ---- threads of their own ---------------------------------------------------------------------------------

    @Test
    void blockingInput_givesAll_andTheFailureBehindIt() throws Exception {
        byte[] sent = new byte[100_000];
        new Random(4).nextBytes(sent);
        IOException broken = new IOException("unplugged");
        InputStream source = new SequenceInputStream(new ByteArrayInputStream(sent), new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }
        });
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build();
                BlockingInput input = BlockingInput.of(source, "test-input")) {
            ByteBuffer received = ByteBuffer.allocate(sent.length);
            runtime.blockOn(AsyncIo.readExact(input, received));

            assertThat(received.array()).isEqualTo(sent);
            assertThatThrownBy(() -> runtime.blockOn(AsyncIo.read(input, ByteBuffer.allocate(1))))
                    .isSameAs(broken);
        }
    }

    @Test
    void blockingInput_thatBlocks_holdsUpNoShutdown() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch enter = new CountDownLatch(1);
        InputStream terminal = new InputStream() {
            @Override
            public int read() {
                reading.countDown();
                try {
                    enter.await();
                } catch (InterruptedException e) {
                    return -1;
                }
                return -1;
            }
        };
        AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build();
        BlockingInput input = BlockingInput.of(terminal, "test-terminal");
        JoinHandle<Integer> read = runtime.handle().spawn(AsyncIo.read(input, ByteBuffer.allocate(1)));
        reading.await();

        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(read.isFinished()).isTrue();
        enter.countDown();
    }

    @Test
    void blockingOutput_flush_isReadyWhenTheStreamHasAll() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CountDownLatch mayWrite = new CountDownLatch(1);
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    mayWrite.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                out.write(bytes, offset, length);
            }
        };
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            BlockingOutput output = BlockingOutput.of(slow, "test-output");
            runtime.blockOn(AsyncIo.writeAll(output, ByteBuffer.wrap(new byte[5000])));
            assertThat(output.pollFlush(waker.context())).isFalse();
            mayWrite.countDown();
            runtime.blockOn(AsyncIo.writeAll(output, ByteBuffer.wrap(new byte[50_000])));
            runtime.blockOn(AsyncIo.shutdown(output));

            assertThat(out.size()).isEqualTo(55_000);
        }
    }

    @Test
    void blockingOutput_whoseStreamBreaks_failsTheNextFlush() throws Exception {
        IOException broken = new IOException("no reader");
        OutputStream sink = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw broken;
            }
        };
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build();
                BlockingOutput output = BlockingOutput.of(sink, "test-output")) {
            runtime.blockOn(AsyncIo.writeAll(output, ByteBuffer.wrap(new byte[1])));
            Future<Void> flush = AsyncIo.flush(output);

            assertThatThrownBy(() -> runtime.blockOn(flush)).isSameAs(broken);
            assertThatThrownBy(() -> runtime.blockOn(AsyncIo.write(output, ByteBuffer.wrap(new byte[1]))))
                    .isSameAs(broken);
        }
    }
}
