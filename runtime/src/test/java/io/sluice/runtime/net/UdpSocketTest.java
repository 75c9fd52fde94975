package io.sluice.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.Halves;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams over loopback, and what else a socket can be asked for. */
@Timeout(30)
class UdpSocketTest {

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private final Handle handle = runtime.handle();

    @AfterEach
    void stop() {
        runtime.close();
    }

    @Test
    void datagrams_thereAndBack_keepTheirBounds() throws Exception {
        try (UdpSocket server = bind();
                UdpSocket client = bind()) {
            JoinHandle<Void> echo = handle.spawn(cx -> {
                ByteBuffer buffer = ByteBuffer.allocate(2000);
                while (true) {
                    InetSocketAddress from = server.pollReceiveFrom(cx, buffer.clear());
                    if (from == null) {
                        return Poll.pending();
                    }
                    server.pollSendTo(cx, buffer.flip(), from);
                }
            });
            Set<Integer> sizes = new HashSet<>();
            ByteBuffer answer = ByteBuffer.allocate(2000);
            runtime.blockOn(client.sendTo(ByteBuffer.allocate(0), server.localAddress()));
            sizes.add(runtime.blockOn(client.receive(answer)));
            client.connect(server.localAddress());
            assertThatThrownBy(() -> runtime.blockOn(client.send(ByteBuffer.allocate(0))))
                    .isInstanceOf(IllegalArgumentException.class);
            for (int size : new int[] {1, 1500}) {
                assertThat(runtime.blockOn(client.send(ByteBuffer.wrap(new byte[size]))))
                        .isEqualTo(size);
                sizes.add(runtime.blockOn(client.receive(answer.clear())));
            }

            assertThat(sizes).containsExactlyInAnyOrder(0, 1, 1500);
            echo.abort();
        }
    }

    @Test
    void longDatagram_intoAShortBuffer_losesItsRest() throws Exception {
        try (UdpSocket a = bind();
                UdpSocket b = bind()) {
            runtime.blockOn(a.sendTo(ByteBuffer.wrap(new byte[] {1, 2, 3}), b.localAddress()));
            runtime.blockOn(a.sendTo(ByteBuffer.wrap(new byte[] {4}), b.localAddress()));
            ByteBuffer two = ByteBuffer.allocate(2);

            assertThat(runtime.blockOn(b.receiveFrom(two))).isEqualTo(a.localAddress());
            assertThat(two.array()).containsExactly(1, 2);
            assertThat(runtime.blockOn(b.receive(two.clear()))).isEqualTo(1);
            assertThat(two.get(0)).isEqualTo((byte) 4);
        }
    }

    @Test
    void receive_cancelled_losesNoDatagram_andCloseEndsIt() throws Exception {
        TestWaker waker = new TestWaker();
        UdpSocket a = bind();
        UdpSocket b = bind();
        ByteBuffer target = ByteBuffer.allocate(8);
        assertThat(b.pollReceive(waker.context(), target)).isEqualTo(AsyncIo.PENDING);
        runtime.blockOn(a.sendTo(ByteBuffer.wrap(new byte[3]), b.localAddress()));
        assertThat(runtime.blockOn(b.receive(target))).isEqualTo(3);

        JoinHandle<Integer> waits = handle.spawn(b.receive(target));
        b.close();
        b.close();
        assertThatThrownBy(() -> runtime.blockOn(waits)).hasCauseInstanceOf(ClosedChannelException.class);
        a.close();
        assertThat(handle.ioDriver().registrations()).isZero();
    }

    @Test
    void bind_ofATakenPort_namesIt() throws Exception {
        try (UdpSocket taken = bind()) {
            assertThatThrownBy(() -> UdpSocket.bind(handle, taken.localAddress()))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining(String.valueOf(taken.localAddress().getPort()));
        }
        assertThatThrownBy(() -> UdpSocket.bind(handle, InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
                .isInstanceOf(UnknownHostException.class);
        assertThat(handle.ioDriver().registrations()).isZero();
    }

    @Test
    void options_areSetAndRead() throws Exception {
        try (UdpSocket socket = bind()) {
            socket.setOption(StandardSocketOptions.SO_BROADCAST, true);

            assertThat(socket.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
        }
    }

    @Test
    void nameLookup_ofAnAddressAndOfAWrongName() throws Exception {
        List<InetAddress> addresses = runtime.blockOn(NameLookup.of(handle, "127.0.0.1"));

        assertThat(addresses).containsExactly(InetAddress.getByName("127.0.0.1"));
        assertThatThrownBy(() -> runtime.blockOn(NameLookup.of(handle, "no such name")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("unknown host no such name");
    }

    // ---- streams ------------------------------------------------------------------------------------------------

    @Test
    void tryRead_afterReadable_findsBytes_andClearsAWrongHint() throws Exception {
        try (TcpListener listener = TcpListener.bind(handle, new InetSocketAddress(loopback(), 0));
                TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
                TcpStream server = runtime.blockOn(listener.accept())) {
            ByteBuffer target = ByteBuffer.allocate(8);
            assertThat(server.tryRead(target)).isEqualTo(AsyncIo.PENDING);
            JoinHandle<Void> readable = handle.spawn(server.readable());
            runtime.blockOn(client.writable());
            assertThat(client.tryWrite(ByteBuffer.wrap(new byte[3]))).isEqualTo(3);
            runtime.blockOn(readable);

            assertThat(server.tryRead(target)).isEqualTo(3);
            assertThat(server.tryRead(target)).isEqualTo(AsyncIo.PENDING);
        }
    }

    @Test
    void tryWrite_toAPeerThatDoesNotRead_fillsUp_andWritableComesBack() throws Exception {
        try (TcpListener listener = TcpListener.bind(handle, new InetSocketAddress(loopback(), 0));
                TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
                TcpStream server = runtime.blockOn(listener.accept())) {
            ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
            long written = 0;
            for (int n = client.tryWrite(chunk); n != AsyncIo.PENDING; n = client.tryWrite(chunk.clear())) {
                written += n;
            }
            JoinHandle<Void> writable = handle.spawn(client.writable());
            runtime.blockOn(AsyncIo.readExact(server, ByteBuffer.allocate((int) written)));

            runtime.blockOn(writable);
            assertThat(client.tryWrite(chunk.clear())).isPositive();
            assertThat(client.bytesWritten()).isGreaterThan(written);
        }
    }

    @Test
    void writeHalf_closed_sendsTheEnd_andTheReadHalfGoesOn() throws Exception {
        try (TcpListener listener = TcpListener.bind(handle, new InetSocketAddress(loopback(), 0))) {
            TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
            TcpStream server = runtime.blockOn(listener.accept());
            Halves halves = Halves.of(client);
            runtime.blockOn(AsyncIo.writeAll(halves.writer(), ByteBuffer.wrap(new byte[4])));
            halves.writer().close();

            assertThat(runtime.blockOn(AsyncIo.readToEnd(server, 100))).hasSize(4);
            runtime.blockOn(AsyncIo.writeAll(server, ByteBuffer.wrap(new byte[5])));
            server.close();
            assertThat(runtime.blockOn(AsyncIo.readToEnd(halves.reader(), 100))).hasSize(5);
            halves.reader().close();
        }
        assertThat(handle.ioDriver().registrations()).isZero();
    }

    private UdpSocket bind() throws IOException {
        return UdpSocket.bind(handle, new InetSocketAddress(loopback(), 0));
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }
}
