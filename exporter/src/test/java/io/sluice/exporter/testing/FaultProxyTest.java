package io.sluice.exporter.testing;

import static io.sluice.exporter.testing.Await.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.testing.FaultProxy.Direction;
import io.sluice.exporter.testing.FaultProxy.End;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy itself, before an echo. */
@Timeout(30)
class FaultProxyTest {

    private final List<Thread> threads = new ArrayList<>();
    private ServerSocket echo;
    private FaultProxy proxy;
    private Socket client;

    @BeforeEach
    void open() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            while (true) {
                Socket accepted = echo.accept();
                start(() -> {
                    try (accepted) {
                        accepted.getInputStream().transferTo(accepted.getOutputStream());
                    }
                });
            }
        });
        proxy = new FaultProxy(echo.getLocalPort());
        client = connect();
    }

    private interface Loop {
        void run() throws IOException;
    }

    private synchronized void start(Loop loop) {
        Thread thread = new Thread(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                // The other side is gone, which is what this is for.
            }
        });
        threads.add(thread);
        thread.start();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        echo.close();
        synchronized (this) {
            threads.forEach(FaultProxy::join);
        }
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private String receive(int bytes) throws IOException {
        return new String(client.getInputStream().readNBytes(bytes), US_ASCII);
    }

    @Test
    void wire_withoutFault_passesBothWays_andTheEnd() throws Exception {
        send("hello");
        client.shutdownOutput();

        assertThat(receive(100)).isEqualTo("hello");
        assertThat(proxy.connections()).isEqualTo(1);
        assertThat(proxy.bytes(Direction.REQUEST)).isEqualTo(5);
        assertThat(proxy.bytes(Direction.RESPONSE)).isEqualTo(5);
        await(() -> proxy.openConnections() == 0);
    }

    @Test
    void delay_shiftsInTime_andDoesNotNarrow() throws Exception {
        proxy.delay(Direction.REQUEST, Duration.ofMillis(60)).delay(Direction.RESPONSE, Duration.ofMillis(40));
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            send("x".repeat(1_000));
        }
        assertThat(receive(20_000)).hasSize(20_000);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(took).isBetween(Duration.ofMillis(100), Duration.ofMillis(1_500));
    }

    @Test
    void limit_isThatOfTheLink_overAllConnections() throws Exception {
        proxy.limit(Direction.REQUEST, 40_000);
        try (Socket second = connect()) {
            long start = System.nanoTime();
            send("x".repeat(5_000));
            second.getOutputStream().write(new byte[5_000]);
            assertThat(receive(5_000)).hasSize(5_000);
            assertThat(second.getInputStream().readNBytes(5_000)).hasSize(5_000);
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            assertThat(took).isBetween(Duration.ofMillis(245), Duration.ofSeconds(3));
        }
    }

    @Test
    void cut_byReset_passesSoManyBytes_ofSoManyConnections() throws Exception {
        proxy.cut(Direction.RESPONSE, 3, End.RST, 1);
        send("hello");
        assertThatThrownBy(() -> assertThat(receive(100)).isEqualTo("hel")).isInstanceOf(SocketException.class);
        client.close();
        client = connect();
        send("again");

        assertThat(receive(5)).isEqualTo("again");
    }

    @Test
    void cut_orderly_endsTheAnswer() throws Exception {
        proxy.cut(Direction.RESPONSE, 3, End.FIN, 1);
        send("hello");

        assertThat(receive(100)).isEqualTo("hel");
    }

    @Test
    void cut_ofRequests_leavesTheRestBehind() throws Exception {
        proxy.cut(Direction.REQUEST, 2, End.RST, 1);
        send("hello");

        assertThatThrownBy(() -> receive(3)).isInstanceOf(SocketException.class);
        assertThat(proxy.bytes(Direction.RESPONSE)).isLessThanOrEqualTo(2);
    }

    @Test
    void stall_holds_andThenGoesOn() throws Exception {
        proxy.stall(true);
        send("hello");
        client.setSoTimeout(100);
        assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(10_000);
        proxy.stall(false);

        assertThat(receive(5)).isEqualTo("hello");
    }

    @Test
    void stall_fillsTheBuffers_ofWhoeverSends() throws Exception {
        proxy.stall(true);
        Thread sender = new Thread(() -> {
            try {
                client.getOutputStream().write(new byte[64 << 20]);
            } catch (IOException e) {
                // Ended by the test.
            }
        });
        sender.start();
        sender.join(200);
        assertThat(sender.isAlive()).isTrue();
        proxy.cutAll(End.RST);

        FaultProxy.join(sender);
    }

    @Test
    void swallow_isForEver_forConnectionsThatLostSomething() throws Exception {
        proxy.swallow(true);
        send("hello");
        await(() -> proxy.bytes(Direction.REQUEST) == 5);
        proxy.swallow(false);
        send("again");
        client.setSoTimeout(100);
        assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketTimeoutException.class);
        client.close();
        client = connect();
        send("other");

        assertThat(receive(5)).isEqualTo("other");
    }

    @Test
    void refuse_isForNewConnections_untilItIsOver() throws Exception {
        send("hello");
        assertThat(receive(5)).isEqualTo("hello");
        proxy.refuse(true);
        send("still");
        assertThat(receive(5)).isEqualTo("still");
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        proxy.refuse(false);
        client.close();
        client = connect();
        send("again");

        assertThat(receive(5)).isEqualTo("again");
    }
}
