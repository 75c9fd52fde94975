package io.sluice.exporter.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A socket file before a TCP port of the loopback, in a directory of its own that goes with it. */
public final class UnixRelay implements AutoCloseable {

    private final Path directory;
    private final Path file;
    private final ServerSocketChannel listener;
    private final int target;
    private final List<SocketChannel> channels = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    public UnixRelay(int target) throws IOException {
        this.target = target;
        // Not JUnit's: a socket's path must be short.
        this.directory = Files.createTempDirectory(Path.of("/tmp"), "uds");
        this.file = directory.resolve("otel.sock");
        this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(file));
        run("unix-relay", this::accept);
    }

    /** The file as an endpoint. */
    public URI uri() {
        return URI.create("unix://" + file);
    }

    public int connections() {
        return connections.get();
    }

    private interface Loop {
        void run() throws IOException;
    }

    private void run(String name, Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException e) {
                        // One of the ends went away.
                        return;
                    }
                },
                name);
        threads.add(thread);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel client = listener.accept();
            SocketChannel peer = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            channels.add(client);
            channels.add(peer);
            connections.incrementAndGet();
            run("unix-relay-up", () -> pump(client, peer));
            run("unix-relay-down", () -> pump(peer, client));
        }
    }

    private static void pump(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(16 * 1024);
        try (from;
                to) {
            while (from.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
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
        Files.deleteIfExists(file);
        Files.delete(directory);
    }
}
