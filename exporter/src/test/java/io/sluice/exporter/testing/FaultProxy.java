package io.sluice.exporter.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A wire on the loopback between a client and a peer that goes wrong as a test says, while it is in use: late, narrow,
 * cut, stalled, swallowing, refusing.
 *
 * <p>Blocking sockets and threads of the JDK's, two for each direction of a connection; nothing of what is tested is in
 * it. What is set holds for all connections, those that are open too, unless said otherwise. Any thread.
 */
public final class FaultProxy implements AutoCloseable {

    /** Which way bytes go. */
    public enum Direction {
        REQUEST,
        RESPONSE
    }

    /** How a connection ends. */
    public enum End {
        /** A reset: what is on the way is lost, too. */
        RST,
        /** An orderly end of what is sent to the client. */
        FIN
    }

    /** Small, so that a client soon feels that nobody reads. */
    private static final int BUFFER_BYTES = 16 * 1024;

    private static final long JOIN_MILLIS = 10_000;

    /** @param times how many connections it still ends */
    private record Cut(Direction direction, long afterBytes, End end, int times) {}

    private final AtomicReference<Cut> cut = new AtomicReference<>();
    private final Link requests = new Link();
    private final Link responses = new Link();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
    private final List<Thread> acceptors = new ArrayList<>();
    private final int port;
    private final Object gate = new Object();

    private volatile InetSocketAddress target;
    private volatile boolean swallowing;

    /** Guarded by gate. */
    private boolean stalled;

    /** Guarded by gate. */
    private boolean closed;

    /** Guarded by this proxy; closed while it refuses. */
    private ServerSocket listener;

    /** One direction of all connections together. */
    static final class Link {
        private volatile long delayNanos;
        private volatile long bytesPerSecond = Long.MAX_VALUE;
        private final AtomicLong bytes = new AtomicLong();

        /** Guarded by this: when the link has carried what was let through. */
        private long busyUntilNanos = System.nanoTime();

        long delayNanos() {
            return delayNanos;
        }

        /** How much may be read at once: at a low rate little, so that it trickles. */
        int chunkBytes() {
            return (int) Math.max(1, Math.min(BUFFER_BYTES, bytesPerSecond / 50));
        }

        /** Waits until the link has carried {@code count} more bytes. */
        void carry(int count) throws InterruptedException {
            bytes.addAndGet(count);
            long rate = bytesPerSecond;
            if (rate == Long.MAX_VALUE) {
                return;
            }
            long untilNanos;
            synchronized (this) {
                busyUntilNanos = Math.max(busyUntilNanos, System.nanoTime()) + count * 1_000_000_000L / rate;
                untilNanos = busyUntilNanos;
            }
            sleepUntil(untilNanos);
        }
    }

    /** To a port of the loopback. */
    public FaultProxy(int targetPort) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
    }

    public FaultProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        this.listener = listen(0);
        this.port = listener.getLocalPort();
        startAccepting();
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReceiveBufferSize(BUFFER_BYTES);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return listener;
    }

    private synchronized void startAccepting() {
        ServerSocket own = listener;
        Thread acceptor = new Thread(() -> accept(own), "fault-proxy");
        acceptors.add(acceptor);
        acceptor.start();
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                connections.incrementAndGet();
                ProxiedConnection connection = new ProxiedConnection(this, client);
                open.add(connection);
                connection.start(target);
            } catch (IOException e) {
                // Refusing or closed, or the client went away at once.
            }
        }
    }

    public int port() {
        return port;
    }

    public URI uri() {
        return uri("");
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    // ---- what goes wrong ----------------------------------------------------------------------------------------

    /** What goes in {@code direction} arrives so much later; how much passes in a second stays what it is. */
    public FaultProxy delay(Direction direction, Duration delay) {
        link(direction).delayNanos = delay.toNanos();
        return this;
    }

    /** All connections together carry no more than this in {@code direction}. */
    public FaultProxy limit(Direction direction, long bytesPerSecond) {
        link(direction).bytesPerSecond = bytesPerSecond;
        return this;
    }

    /** Of the connections that carry something in {@code direction}, ends the next few after so many bytes of it. */
    public FaultProxy cut(Direction direction, long afterBytes, End end, int times) {
        cut.set(new Cut(direction, afterBytes, end, times));
        return this;
    }

    /** Ends all connections. */
    public void cutAll(End end) {
        open.forEach(connection -> connection.end(end));
    }

    /** Nothing is read any more, so that the client's buffers fill; {@code false} goes on where it was. */
    public void stall(boolean nowStalled) {
        synchronized (gate) {
            stalled = nowStalled;
            gate.notifyAll();
        }
    }

    /**
     * All is read and nothing is passed on: a black hole that acknowledges. Connections that have lost something stay
     * so for ever.
     */
    public void swallow(boolean nowSwallowing) {
        swallowing = nowSwallowing;
    }

    /** New connections are refused; those that are open stay. */
    public synchronized void refuse(boolean nowRefusing) throws IOException {
        if (nowRefusing) {
            listener.close();
            // As long as a thread still waits in its accept the system goes on listening.
            acceptors.forEach(FaultProxy::join);
        } else if (listener.isClosed()) {
            listener = listen(port);
            startAccepting();
        }
    }

    /** Where new connections lead from now on. */
    public void target(int targetPort) {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    }

    // ---- what was seen ------------------------------------------------------------------------------------------

    /** Connections so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections now. */
    public int openConnections() {
        return open.size();
    }

    /** What was read so far in {@code direction}. */
    public long bytes(Direction direction) {
        return link(direction).bytes.get();
    }

    // ---- for connections ----------------------------------------------------------------------------------------

    Link link(Direction direction) {
        return direction == Direction.REQUEST ? requests : responses;
    }

    boolean isSwallowing() {
        return swallowing;
    }

    void awaitFlow() throws InterruptedException {
        synchronized (gate) {
            while (stalled && !closed) {
                gate.wait();
            }
        }
    }

    /** Takes one cut for a connection that carries something in {@code direction}; null if none is due. */
    ProxiedConnection.PlannedEnd takeCut(Direction direction) {
        while (true) {
            Cut now = cut.get();
            if (now == null || now.direction() != direction) {
                return null;
            }
            Cut left = now.times() == 1 ? null : new Cut(direction, now.afterBytes(), now.end(), now.times() - 1);
            if (cut.compareAndSet(now, left)) {
                return new ProxiedConnection.PlannedEnd(now.afterBytes(), now.end());
            }
        }
    }

    void ended(ProxiedConnection connection) {
        open.remove(connection);
    }

    static int read(InputStream in, byte[] chunk, int most) throws IOException {
        return in.read(chunk, 0, Math.min(chunk.length, most));
    }

    static void sleepUntil(long nanos) throws InterruptedException {
        long leftNanos = nanos - System.nanoTime();
        if (leftNanos > 0) {
            TimeUnit.NANOSECONDS.sleep(leftNanos);
        }
    }

    /** Ends every connection with a reset, and the threads. */
    @Override
    public void close() throws IOException {
        synchronized (gate) {
            closed = true;
            gate.notifyAll();
        }
        List<Thread> accepting;
        synchronized (this) {
            listener.close();
            accepting = List.copyOf(acceptors);
        }
        accepting.forEach(FaultProxy::join);
        for (ProxiedConnection connection : Set.copyOf(open)) {
            connection.end(End.RST);
            connection.join();
        }
    }

    static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError(thread + " does not end");
        }
    }
}
