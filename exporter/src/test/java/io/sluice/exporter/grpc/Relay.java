package io.sluice.exporter.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A wire between a client and a peer in a test that counts what passes, and can be cut or go dead. */
final class Relay implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();

    /** Guarded by gate. */
    private boolean dead;

    /** Guarded by gate. */
    private boolean closed;

    private final AtomicInteger connections = new AtomicInteger();
    final AtomicLong upBytes = new AtomicLong();
    final AtomicLong downBytes = new AtomicLong();

    Relay(int target) throws IOException {
        this.target = target;
        run("relay", this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    int connections() {
        return connections.get();
    }

    private void run(String name, Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException | InterruptedException e) {
                        // Cut, which is what this is for.
                        return;
                    }
                },
                name);
        threads.add(thread);
        thread.start();
    }

    private interface Loop {
        void run() throws IOException, InterruptedException;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket peer = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            peer.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(peer);
            connections.incrementAndGet();
            run("relay-up", () -> pump(client, peer, upBytes));
            run("relay-down", () -> pump(peer, client, downBytes));
        }
    }

    private void pump(Socket from, Socket to, AtomicLong counter) throws IOException, InterruptedException {
        byte[] chunk = new byte[16 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                awaitAlive();
                counter.addAndGet(read);
                out.write(chunk, 0, read);
            }
        }
    }

    private void awaitAlive() throws InterruptedException {
        synchronized (gate) {
            while (dead && !closed) {
                gate.wait();
            }
        }
    }

    /** From now on nothing passes, and nobody is told. Connections that exist stay dead; {@code false} revives all. */
    void dead(boolean nowDead) {
        synchronized (gate) {
            dead = nowDead;
            gate.notifyAll();
        }
    }

    /** Ends every connection with a reset. */
    void cut() throws IOException {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (SocketException e) {
                assertClosed(socket, e);
            }
        }
    }

    private static void assertClosed(Socket socket, SocketException e) {
        if (!socket.isClosed()) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (gate) {
            closed = true;
            gate.notifyAll();
        }
        listener.close();
        cut();
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread + " does not end");
            }
        }
    }
}
