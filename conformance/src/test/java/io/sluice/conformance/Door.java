package io.sluice.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The address that a client is given: passes bytes on to a server, counts connections, refuses them until it is opened,
 * and cuts them when it is told to. Any thread.
 */
final class Door implements AutoCloseable {

    private final int target;
    private final int port;
    private final Socket placeholder = new Socket();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Object lock = new Object();

    /** Guarded by lock. */
    private final List<Socket> sockets = new ArrayList<>();

    /** Guarded by lock; null until it is opened. */
    private ServerSocket listener;

    /** Refuses until {@link #open()}: the port is taken, and nobody listens. */
    Door(int target) throws IOException {
        this.target = target;
        placeholder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        port = placeholder.getLocalPort();
    }

    int port() {
        return port;
    }

    /** Those that were accepted so far. */
    int connections() {
        return connections.get();
    }

    void open() throws IOException {
        placeholder.close();
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        synchronized (lock) {
            listener = opened;
        }
        run(() -> accept(opened));
    }

    /** Ends all connections, as a server does that goes away. */
    void cut() {
        synchronized (lock) {
            sockets.forEach(Door::close);
            sockets.clear();
        }
    }

    private interface Loop {
        void run() throws IOException;
    }

    private void run(Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException e) {
                        // One of the ends went away, or the door was closed.
                        return;
                    }
                },
                "door");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept(ServerSocket opened) throws IOException {
        while (true) {
            Socket client = opened.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            connections.incrementAndGet();
            synchronized (lock) {
                sockets.add(client);
                sockets.add(server);
            }
            run(() -> pass(client, server));
            run(() -> pass(server, client));
        }
    }

    /** Until one side ends; the other side then hears of it in the same way. */
    private static void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[16 * 1024];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                out.write(bytes, 0, read);
            }
        } catch (IOException reset) {
            to.setSoLinger(true, 0);
            to.close();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("a socket does not close", e);
        }
    }

    @Override
    public void close() throws IOException {
        placeholder.close();
        synchronized (lock) {
            if (listener != null) {
                listener.close();
            }
        }
        cut();
    }
}
