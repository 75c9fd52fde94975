package io.sluice.exporter.testing;

import io.sluice.exporter.testing.FaultProxy.Direction;
import io.sluice.exporter.testing.FaultProxy.End;
import io.sluice.exporter.testing.FaultProxy.Link;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection through a {@link FaultProxy}.
 *
 * <pre>
 *   client --reader, at the link's rate--> chunks, each with the time when it is due --writer--> peer
 *   client <--writer-- chunks <--reader-- peer
 * </pre>
 */
final class ProxiedConnection {

    /** What waits between a reader and its writer: a delay of 200 ms at 1 MB/s is a hundred chunks. */
    private static final int MAX_CHUNKS = 4_096;

    private static final byte[] NOTHING = {};

    /** @param afterBytes of the direction that it was planned for, counted from now */
    record PlannedEnd(long afterBytes, End end) {}

    @SuppressWarnings("ArrayRecordComponent") // not compared
    private record Chunk(byte[] bytes, long dueNanos) {
        boolean isEnd() {
            return bytes.length == 0;
        }
    }

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket peer = new Socket();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger directionsOpen = new AtomicInteger(2);

    /** Something that was sent never arrives, so nothing after it may. */
    private volatile boolean dead;

    ProxiedConnection(FaultProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    /** Connects to the peer and begins; without a peer, the client is reset. */
    void start(InetSocketAddress target) throws IOException {
        try {
            client.setTcpNoDelay(true);
            peer.setTcpNoDelay(true);
            peer.connect(target);
        } catch (IOException e) {
            end(End.RST);
            throw e;
        }
        synchronized (threads) {
            start(Direction.REQUEST, client, peer);
            start(Direction.RESPONSE, peer, client);
            threads.forEach(Thread::start);
        }
    }

    private void start(Direction direction, Socket from, Socket to) {
        Pipe pipe = new Pipe();
        threads.add(new Thread(() -> run(() -> read(direction, from, pipe)), "fault-proxy-reader"));
        threads.add(new Thread(() -> run(() -> write(pipe, to)), "fault-proxy-writer"));
    }

    private interface Loop {
        void run() throws IOException, InterruptedException;
    }

    private void run(Loop loop) {
        try {
            loop.run();
        } catch (IOException | InterruptedException e) {
            // One side went away: the other one learns it in the same way.
            end(End.RST);
        }
    }

    private void read(Direction direction, Socket from, Pipe pipe) throws IOException, InterruptedException {
        Link link = proxy.link(direction);
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[64 * 1024];
        PlannedEnd planned = null;
        long carried = 0;
        while (true) {
            proxy.awaitFlow();
            int read = FaultProxy.read(in, buffer, link.chunkBytes());
            if (read < 0) {
                pipe.put(new Chunk(NOTHING, System.nanoTime() + link.delayNanos()));
                return;
            }
            // A stall that began while this thread was waiting holds what came then, too.
            proxy.awaitFlow();
            link.carry(read);
            dead |= proxy.isSwallowing();
            if (dead) {
                continue;
            }
            if (planned == null) {
                planned = proxy.takeCut(direction);
            }
            int passed = planned == null ? read : (int) Math.min(read, planned.afterBytes() - carried);
            carried += planned == null ? 0 : passed;
            if (passed > 0) {
                pipe.put(new Chunk(Arrays.copyOf(buffer, passed), System.nanoTime() + link.delayNanos()));
            }
            if (planned != null && carried == planned.afterBytes()) {
                pipe.awaitEmpty();
                end(planned.end());
                return;
            }
        }
    }

    private void write(Pipe pipe, Socket to) throws IOException, InterruptedException {
        while (true) {
            Chunk chunk = pipe.first();
            FaultProxy.sleepUntil(chunk.dueNanos());
            if (chunk.isEnd()) {
                to.shutdownOutput();
                if (directionsOpen.decrementAndGet() == 0) {
                    end(End.RST);
                }
                return;
            }
            to.getOutputStream().write(chunk.bytes());
            pipe.removeFirst();
        }
    }

    /** What waits between a reader and its writer; what is being written is still in it. Guarded by itself. */
    private static final class Pipe {
        private final Deque<Chunk> chunks = new ArrayDeque<>();

        synchronized void put(Chunk chunk) throws InterruptedException {
            while (chunks.size() == MAX_CHUNKS) {
                wait();
            }
            chunks.add(chunk);
            notifyAll();
        }

        synchronized Chunk first() throws InterruptedException {
            while (chunks.isEmpty()) {
                wait();
            }
            return chunks.getFirst();
        }

        synchronized void removeFirst() {
            chunks.removeFirst();
            notifyAll();
        }

        synchronized void awaitEmpty() throws InterruptedException {
            while (!chunks.isEmpty()) {
                wait();
            }
        }
    }

    /** Ends the connection on both sides. Any thread; the first end counts. */
    void end(End end) {
        dead = true;
        try {
            if (end == End.RST) {
                client.setSoLinger(true, 0);
                peer.setSoLinger(true, 0);
                client.close();
                peer.close();
                proxy.ended(this);
            } else {
                // Closing with something unread would be a reset: the reader goes on, and throws away.
                client.shutdownOutput();
                peer.shutdownOutput();
            }
        } catch (IOException e) {
            proxy.ended(this);
        }
        if (end == End.RST) {
            synchronized (threads) {
                threads.forEach(Thread::interrupt);
            }
        }
    }

    void join() {
        List<Thread> started;
        synchronized (threads) {
            started = List.copyOf(threads);
        }
        started.forEach(FaultProxy::join);
    }
}
