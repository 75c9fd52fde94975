package io.sluice.examples.support;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.sync.CancellationToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A server on a free port, with sockets of the JDK to it; closed it must drain at once and leave nothing behind. */
public final class Serving implements AutoCloseable {

    private static final int READ_LIMIT_MILLIS = 20_000;

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private final CancellationToken stop = new CancellationToken();
    private final TcpServer server;
    private final JoinHandle<Void> serving;

    public Serving(TcpServer.Setup setup) throws IOException {
        server = TcpServer.listen(
                runtime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                setup.start(runtime.handle()),
                stop);
        serving = runtime.handle().spawn(server);
    }

    public AsyncRuntime runtime() {
        return runtime;
    }

    public InetSocketAddress address() {
        return server.address();
    }

    public int port() {
        return address().getPort();
    }

    /** A plain socket to it. */
    public Socket connect() throws IOException {
        Socket socket = new Socket(address().getAddress(), port());
        socket.setSoTimeout(READ_LIMIT_MILLIS);
        return socket;
    }

    /** Stops the server; fails if connections are left. */
    public void stop() throws Exception {
        stop.cancel();
        runtime.blockOn(serving);
        runtime.blockOn(runtime.handle().timeout(Duration.ofSeconds(20), server.drained()));
        if (runtime.handle().ioDriver().registrations() != 0) {
            throw new AssertionError("sockets are left");
        }
    }

    @Override
    public void close() {
        runtime.close();
    }
}
