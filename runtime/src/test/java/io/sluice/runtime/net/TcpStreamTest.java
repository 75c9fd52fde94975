package io.sluice.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams between two tasks of one runtime, over loopback. */
@Timeout(30)
class TcpStreamTest {

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private final Handle handle = runtime.handle();

    @AfterEach
    void stop() {
        runtime.close();
    }

    @Test
    void echo_betweenManyTasks_losesNoWakeAndNoByte() throws Exception {
        int connections = 50;
        int rounds = 100;
        TcpListener listener = listen();
        JoinHandle<Void> server = handle.spawn(new EchoServer(listener));
        List<JoinHandle<Long>> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            clients.add(handle.spawn(new EchoClient(handle, listener.localAddress(), rounds)));
        }

        long bytes = 0;
        for (JoinHandle<Long> client : clients) {
            bytes += runtime.blockOn(client);
        }

        assertThat(bytes).isEqualTo(64L * rounds * connections);
        server.abort();
        listener.close();
        awaitNoRegistrations();
    }

    @Test
    void pollWritev_ofHeapAndDirectParts_againstASlowReader_keepsOrderAndCounts() throws Exception {
        byte[] expected = new byte[3 << 20];
        new Random(7).nextBytes(expected);
        try (Pair pair = connect()) {
            JoinHandle<Void> writing = handle.spawn(AsyncIo.writeAll(pair.client, split(expected)));
            ByteBuffer received = ByteBuffer.allocate(expected.length);

            runtime.blockOn(new SlowRead(pair.server, received));
            runtime.blockOn(writing);

            assertThat(received.array()).isEqualTo(expected);
            assertThat(pair.client.bytesWritten()).isEqualTo(expected.length);
            assertThat(pair.server.bytesRead()).isEqualTo(expected.length);
            assertThat(pair.server.bytesWritten()).isZero();
        }
        awaitNoRegistrations();
    }

    @Test
    void pollWritev_ofDirectPartsOnly_gathers() throws Exception {
        byte[] expected = new byte[1 << 20];
        new Random(8).nextBytes(expected);
        ByteBuffer[] parts = new ByteBuffer[2048];
        for (int i = 0; i < parts.length; i++) {
            parts[i] =
                    ByteBuffer.allocateDirect(512).put(expected, i * 512, 512).flip();
        }
        try (Pair pair = connect()) {
            JoinHandle<Void> writing = handle.spawn(AsyncIo.writeAll(pair.client, parts));
            ByteBuffer received = ByteBuffer.allocateDirect(expected.length);
            runtime.blockOn(AsyncIo.readExact(pair.server, received));
            runtime.blockOn(writing);

            byte[] bytes = new byte[expected.length];
            received.flip().get(bytes);
            assertThat(bytes).isEqualTo(expected);
        }
    }

    @Test
    void shutdownOutput_letsThePeerReadTheEndAndStillAnswer() throws Exception {
        try (Pair pair = connect()) {
            runtime.blockOn(AsyncIo.writeAll(pair.client, ByteBuffer.wrap(new byte[] {1, 2})));
            pair.client.shutdownOutput();
            pair.client.shutdownOutput();

            ByteBuffer target = ByteBuffer.allocate(2);
            runtime.blockOn(AsyncIo.readExact(pair.server, target));
            assertThat(runtime.blockOn(readSome(pair.server, ByteBuffer.allocate(1))))
                    .isEqualTo(AsyncIo.END);
            runtime.blockOn(AsyncIo.writeAll(pair.server, ByteBuffer.wrap(new byte[] {3})));
            ByteBuffer answer = ByteBuffer.allocate(1);
            runtime.blockOn(AsyncIo.readExact(pair.client, answer));
            assertThat(answer.get(0)).isEqualTo((byte) 3);
        }
    }

    @Test
    void close_whileAnotherTaskReads_endsItsRead() throws Exception {
        try (Pair pair = connect()) {
            JoinHandle<Integer> reading = handle.spawn(readSome(pair.client, ByteBuffer.allocate(1)));
            pair.client.close();

            assertThatThrownBy(() -> runtime.blockOn(reading)).hasCauseInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> pair.client.pollWrite(new TestWaker().context(), ByteBuffer.wrap(new byte[] {1})))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void operations_afterTheRuntimeStopped_sayWhy() throws Exception {
        Pair pair = connect();
        runtime.close();

        assertThatThrownBy(() -> pair.client.pollRead(new TestWaker().context(), ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shut down");
        pair.close();
    }

    @Test
    void connect_toAName_triesItsAddressesInOrder() throws Exception {
        TcpListener listener = listen();
        int port = listener.localAddress().getPort();

        // "localhost" may have an IPv6 address first, on which nobody listens.
        TcpStream stream = runtime.blockOn(TcpStream.connect(handle, "localhost", port));

        assertThat(stream.peerAddress()).isEqualTo(listener.localAddress());
        stream.close();
        listener.close();
    }

    @Test
    void connect_toAPortNobodyListensOn_namesTheAddress() throws Exception {
        TcpListener listener = listen();
        InetSocketAddress address = listener.localAddress();
        listener.close();
        runtime.blockOn(portReleased());

        assertThatThrownBy(() -> runtime.blockOn(TcpStream.connect(handle, address)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("127.0.0.1:" + address.getPort())
                .hasMessageContaining("refused");
        awaitNoRegistrations();
    }

    @Test
    void connect_toAnUnknownHost_saysSo() {
        assertThatThrownBy(() -> runtime.blockOn(TcpStream.connect(handle, "no-such-host.invalid", 4318)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("unknown host no-such-host.invalid");
    }

    @Test
    void connect_cancelledInTheMiddle_closesTheAttempt() throws Exception {
        TcpListener listener = listen();
        Future<TcpStream> connecting = TcpStream.connect(handle, listener.localAddress());

        connecting.poll(new TestWaker().context());
        connecting.cancel();
        connecting.cancel();

        listener.close();
        awaitNoRegistrations();
    }

    @Test
    void bind_toAPortInUse_namesTheAddress() throws Exception {
        try (TcpListener listener = listen()) {
            assertThatThrownBy(() -> TcpListener.bind(handle, listener.localAddress()))
                    .isInstanceOf(java.net.BindException.class)
                    .hasMessageContaining("127.0.0.1:" + listener.localAddress().getPort())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void accept_cancelled_leavesTheConnectionForTheNextOne() throws Exception {
        try (TcpListener listener = listen()) {
            TestWaker waker = new TestWaker();
            Future<TcpStream> given = listener.accept();
            assertThat(given.poll(waker.context()).isPending()).isTrue();
            TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
            assertThat(waker.awaitWoken(Duration.ofSeconds(10))).isTrue();
            given.cancel();

            TcpStream server = runtime.blockOn(listener.accept());

            assertThat(server.peerAddress()).isEqualTo(client.localAddress());
            server.close();
            client.close();
        }
    }

    private TcpListener listen() throws IOException {
        return TcpListener.bind(handle, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Pair connect() throws Exception {
        try (TcpListener listener = listen()) {
            TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
            return new Pair(client, runtime.blockOn(listener.accept()));
        }
    }

    /** Ready once the kernel has really let go of the listener's port. */
    private Future<Void> portReleased() {
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

    private static Future<Integer> readSome(TcpStream stream, ByteBuffer target) {
        return cx -> {
            int read = stream.pollRead(cx, target);
            return read == AsyncIo.PENDING ? Poll.pending() : Poll.ready(read);
        };
    }

    /** Parts of odd sizes, every other one direct, some empty. */
    private static ByteBuffer[] split(byte[] bytes) {
        List<ByteBuffer> parts = new ArrayList<>();
        Random sizes = new Random(9);
        for (int at = 0; at < bytes.length; ) {
            int size = Math.min(bytes.length - at, sizes.nextInt(3) == 0 ? sizes.nextInt(200_000) : sizes.nextInt(40));
            ByteBuffer part = parts.size() % 2 == 0 ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
            parts.add(part.put(bytes, at, size).flip());
            at += size;
        }
        return parts.toArray(new ByteBuffer[0]);
    }

    private record Pair(TcpStream client, TcpStream server) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            server.close();
        }
    }

    /** Reads in pieces of changing size into heap and direct memory, giving way after each. */
    private static final class SlowRead implements Future<Void> {
        private final TcpStream stream;
        private final ByteBuffer target;
        private final Random sizes = new Random(10);
        private final ByteBuffer direct = ByteBuffer.allocateDirect(100_000);

        SlowRead(TcpStream stream, ByteBuffer target) {
            this.stream = stream;
            this.target = target;
        }

        @Override
        public Poll<Void> poll(Context cx) throws IOException {
            while (target.hasRemaining()) {
                int size = 1 + sizes.nextInt(100_000);
                int read = sizes.nextBoolean() ? readDirect(cx, size) : readHeap(cx, size);
                if (read == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                assertThat(read).isPositive();
                if (sizes.nextInt(4) == 0) {
                    cx.waker().wake();
                    return Poll.pending();
                }
            }
            return Poll.ready();
        }

        private int readDirect(Context cx, int size) throws IOException {
            direct.clear().limit(Math.min(size, target.remaining()));
            int read = stream.pollRead(cx, direct);
            target.put(direct.flip());
            return read;
        }

        private int readHeap(Context cx, int size) throws IOException {
            ByteBuffer slice = target.slice().limit(Math.min(size, target.remaining()));
            int read = stream.pollRead(cx, slice);
            target.position(target.position() + slice.position());
            return read;
        }
    }

    /** Accepts for ever and spawns an echo for each connection. */
    private final class EchoServer implements Future<Void> {
        private final TcpListener listener;

        EchoServer(TcpListener listener) {
            this.listener = listener;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            while (true) {
                Poll<TcpStream> accepted = listener.pollAccept(cx);
                if (accepted.isPending()) {
                    return Poll.pending();
                }
                handle.spawn(new Echo(accepted.get())).detach();
            }
        }
    }

    private static final class Echo implements Future<Void> {
        private final TcpStream stream;
        private final ByteBuffer buffer = ByteBuffer.allocate(1000);
        private boolean writing;

        Echo(TcpStream stream) {
            this.stream = stream;
        }

        @Override
        public Poll<Void> poll(Context cx) throws IOException {
            while (true) {
                int moved = writing ? stream.pollWrite(cx, buffer) : stream.pollRead(cx, buffer);
                if (moved == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                if (moved == AsyncIo.END) {
                    stream.close();
                    return Poll.ready();
                }
                if (!writing) {
                    buffer.flip();
                    writing = true;
                } else if (!buffer.hasRemaining()) {
                    buffer.clear();
                    writing = false;
                }
            }
        }

        @Override
        public void cancel() {
            stream.close();
        }
    }

    private static final class EchoClient implements Future<Long> {
        private final Future<TcpStream> connecting;
        private final int rounds;
        private TcpStream stream;
        private Future<Void> step;
        private final ByteBuffer buffer = ByteBuffer.allocate(64);
        private int done;

        EchoClient(Handle handle, InetSocketAddress address, int rounds) {
            this.connecting = TcpStream.connect(handle, address);
            this.rounds = rounds;
        }

        @Override
        public Poll<Long> poll(Context cx) throws Exception {
            if (stream == null) {
                Poll<TcpStream> connected = connecting.poll(cx);
                if (connected.isPending()) {
                    return Poll.pending();
                }
                stream = connected.get();
            }
            while (done < 2 * rounds) {
                if (step == null) {
                    buffer.clear();
                    step = done % 2 == 0 ? AsyncIo.writeAll(stream, buffer) : AsyncIo.readExact(stream, buffer);
                }
                if (step.poll(cx).isPending()) {
                    return Poll.pending();
                }
                step = null;
                done++;
            }
            stream.close();
            return Poll.ready(stream.bytesRead());
        }

        @Override
        public void cancel() {
            connecting.cancel();
            if (stream != null) {
                stream.close();
            }
        }
    }
}
