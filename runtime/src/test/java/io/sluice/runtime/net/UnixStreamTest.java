package io.sluice.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams between two tasks of one runtime, over a socket file. */
@Timeout(30)
class UnixStreamTest {

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private final Handle handle = runtime.handle();

    private Path directory;
    private UnixDomainSocketAddress address;

    /** A socket's path must be shorter than a temporary directory of JUnit's may be. */
    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "uds");
        address = UnixDomainSocketAddress.of(directory.resolve("s"));
    }

    @AfterEach
    void stop() throws IOException {
        runtime.close();
        Files.deleteIfExists(address.getPath());
        Files.delete(directory);
    }

    @Test
    void bytes_passBothWays_inOrder_andAreCounted() throws Exception {
        byte[] expected = new byte[3 << 20];
        new Random(7).nextBytes(expected);
        try (Pair pair = connect()) {
            JoinHandle<Void> writing = handle.spawn(AsyncIo.writeAll(
                    pair.client,
                    ByteBuffer.wrap(expected, 0, 1000),
                    ByteBuffer.allocateDirect(expected.length - 1000)
                            .put(expected, 1000, expected.length - 1000)
                            .flip()));
            ByteBuffer received = ByteBuffer.allocate(expected.length);
            runtime.blockOn(AsyncIo.readExact(pair.server, received));
            runtime.blockOn(writing);
            runtime.blockOn(AsyncIo.writeAll(pair.server, ByteBuffer.wrap(new byte[] {1, 2, 3})));
            ByteBuffer answer = ByteBuffer.allocate(3);
            runtime.blockOn(AsyncIo.readExact(pair.client, answer));

            assertThat(received.array()).isEqualTo(expected);
            assertThat(answer.array()).containsExactly(1, 2, 3);
            assertThat(pair.client.bytesWritten()).isEqualTo(expected.length);
            assertThat(pair.server.bytesRead()).isEqualTo(expected.length);
            assertThat(pair.client.bytesRead()).isEqualTo(3);
            assertThat(pair.client.peerAddress()).isEqualTo(address);
        }
        awaitNoRegistrations();
    }

    @Test
    void manyConnections_areAllAccepted() throws Exception {
        try (UnixListener listener = UnixListener.bind(handle, address)) {
            List<JoinHandle<UnixStream>> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(handle.spawn(UnixStream.connect(handle, address)));
            }
            for (int i = 0; i < 50; i++) {
                runtime.blockOn(listener.accept()).close();
            }
            for (JoinHandle<UnixStream> client : clients) {
                UnixStream stream = runtime.blockOn(client);
                assertThat(runtime.blockOn(readSome(stream))).isEqualTo(AsyncIo.END);
                stream.close();
            }
        }
        awaitNoRegistrations();
    }

    @Test
    void shutdownOutput_letsThePeerReadTheEnd() throws Exception {
        try (Pair pair = connect()) {
            pair.client.shutdownOutput();

            assertThat(runtime.blockOn(readSome(pair.server))).isEqualTo(AsyncIo.END);
        }
    }

    @Test
    void close_whileAnotherTaskReads_endsItsRead() throws Exception {
        try (Pair pair = connect()) {
            JoinHandle<Integer> reading = handle.spawn(readSome(pair.client));
            pair.client.close();

            assertThatThrownBy(() -> runtime.blockOn(reading)).hasCauseInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void connect_toAFileThatIsNotThere_orThatNobodyListensOn_namesIt() throws Exception {
        assertThatThrownBy(() -> runtime.blockOn(UnixStream.connect(handle, address)))
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot connect to unix:" + address + " (No such file or directory)");
        UnixListener.bind(handle, address).close();
        awaitNoRegistrations();
        runtime.blockOn(released());

        assertThatThrownBy(() -> runtime.blockOn(UnixStream.connect(handle, address)))
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot connect to unix:" + address + " (Connection refused)");
        awaitNoRegistrations();
    }

    @Test
    void connect_toAPathThatIsTooLong_isAFailedConnect() {
        UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of(directory.resolve("x".repeat(200)));

        assertThatThrownBy(() -> runtime.blockOn(UnixStream.connect(handle, tooLong)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void connect_cancelled_leavesNothing() throws Exception {
        try (UnixListener listener = UnixListener.bind(handle, address)) {
            Future<UnixStream> never = UnixStream.connect(handle, address);
            never.cancel();
            Future<UnixStream> connecting = UnixStream.connect(handle, address);
            Poll<UnixStream> polled = connecting.poll(new TestWaker().context());
            if (polled.isReady()) {
                polled.get().close();
            }
            connecting.cancel();
            connecting.cancel();
            assertThat(listener.localAddress()).isEqualTo(address);
        }
        awaitNoRegistrations();
    }

    @Test
    void bind_whereAFileIs_namesIt_andLeavesIt() throws Exception {
        UnixListener.bind(handle, address).close();

        assertThatThrownBy(() -> UnixListener.bind(handle, address))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("unix:" + address)
                .hasMessageContaining("in use");
        assertThat(address.getPath()).exists();
    }

    @Test
    void accept_cancelled_leavesTheConnectionForTheNextOne() throws Exception {
        try (UnixListener listener = UnixListener.bind(handle, address)) {
            TestWaker waker = new TestWaker();
            Future<UnixStream> given = listener.accept();
            assertThat(given.poll(waker.context()).isPending()).isTrue();
            UnixStream client = runtime.blockOn(UnixStream.connect(handle, address));
            assertThat(waker.awaitWoken(Duration.ofSeconds(10))).isTrue();
            given.cancel();

            UnixStream server = runtime.blockOn(listener.accept());

            assertThat(server.localAddress()).isEqualTo(address);
            server.close();
            client.close();
        }
    }

    @Test
    void operations_afterTheRuntimeStopped_sayWhy() {
        runtime.close();

        assertThatThrownBy(() -> UnixStream.connect(handle, address).poll(new TestWaker().context()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shut down");
    }

    private Pair connect() throws Exception {
        try (UnixListener listener = UnixListener.bind(handle, address)) {
            UnixStream client = runtime.blockOn(UnixStream.connect(handle, address));
            return new Pair(client, runtime.blockOn(listener.accept()));
        }
    }

    private record Pair(UnixStream client, UnixStream server) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            server.close();
        }
    }

    private static Future<Integer> readSome(UnixStream stream) {
        ByteBuffer target = ByteBuffer.allocate(1);
        return cx -> {
            int read = stream.pollRead(cx, target);
            return read == AsyncIo.PENDING ? Poll.pending() : Poll.ready(read);
        };
    }

    /** Ready once the kernel has really let go of what was closed. */
    private Future<Void> released() {
        return cx -> {
            if (handle.ioDriver().keys() > 0) {
                handle.ioDriver().wakeup();
                cx.waker().wake();
                return Poll.pending();
            }
            return Poll.ready();
        };
    }

    private void awaitNoRegistrations() throws Exception {
        runtime.blockOn(cx -> {
            if (handle.ioDriver().registrations() > 0) {
                cx.waker().wake();
                return Poll.pending();
            }
            return Poll.ready();
        });
    }
}
