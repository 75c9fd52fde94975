package io.sluice.benchmarks.sidecar;

import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The far end of all sidecars: counts spans, port by port, and takes only so many a second if it is told to. */
final class Sink implements Runnable {

    private static final long IDLE_MILLIS = 1000;

    private final Clock clock = Clock.system();
    private final Selector selector = Selector.open();
    private final Queue<FutureTask<?>> orders = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Port> ports = new HashMap<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparingLong(Later::dueNanos));

    Sink() throws IOException {}

    private record Later(long dueNanos, SinkConnection.Answer answer) {}

    /** Done by the sink's thread; any thread waits for it. */
    <T> T order(Callable<T> order) {
        FutureTask<T> task = new FutureTask<>(order);
        orders.add(task);
        selector.wakeup();
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A new port. To be called by {@link #order}, as all that follow. */
    int open(Way.Protocol protocol) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
        Port port = new Port(protocol, server);
        server.register(selector, SelectionKey.OP_ACCEPT, port);
        ports.put(server.socket().getLocalPort(), port);
        return server.socket().getLocalPort();
    }

    String count(int port) {
        return "counted " + at(port).counter.figures();
    }

    String reset(int port) {
        at(port).counter.reset();
        return count(port);
    }

    /** Takes no more than so many spans a second from now on; 0 for no limit. */
    String limit(int port, long perSecond) {
        at(port).perSecond = perSecond;
        return count(port);
    }

    /** Ends {@link #run}. */
    void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private Port at(int port) {
        Port found = ports.get(port);
        if (found == null) {
            throw new IllegalArgumentException("port " + port + " is not open");
        }
        return found;
    }

    @Override
    public void run() {
        try {
            while (selector.isOpen()) {
                turn();
            }
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void turn() throws IOException {
        long wait = later.isEmpty()
                ? IDLE_MILLIS
                : TimeUnit.NANOSECONDS.toMillis(later.element().dueNanos() - clock.nanoTime()) + 1;
        selector.select(Math.max(1, wait));
        List<SelectionKey> ready = new ArrayList<>(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
            if (key.attachment() instanceof Port port) {
                port.accept();
            } else if (key.isValid()) {
                ((SinkConnection) key.attachment()).ready();
            }
        }
        FutureTask<?> order;
        while ((order = orders.poll()) != null) {
            order.run();
        }
        while (selector.isOpen() && !later.isEmpty() && later.element().dueNanos() <= clock.nanoTime()) {
            later.remove().answer().send();
        }
    }

    /** One listening port. */
    private final class Port implements SinkConnection.Desk {

        private final Way.Protocol protocol;
        private final ServerSocketChannel server;
        private final SpanCounter counter = new SpanCounter(clock);
        private long perSecond;
        private long freeNanos;

        Port(Way.Protocol protocol, ServerSocketChannel server) {
            this.protocol = protocol;
            this.server = server;
        }

        void accept() throws IOException {
            SocketChannel channel = server.accept();
            if (channel == null) {
                return;
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(
                    protocol == Way.Protocol.HTTP
                            ? new HttpSinkConnection(channel, key, this)
                            : new GrpcSinkConnection(channel, key, this));
        }

        @Override
        public void received(byte[] body, int offset, int length, boolean gzip, SinkConnection.Answer answer)
                throws IOException {
            long spans = counter.count(body, offset, length, gzip);
            if (perSecond == 0) {
                answer.send();
            } else {
                freeNanos = Math.max(clock.nanoTime(), freeNanos) + spans * TimeUnit.SECONDS.toNanos(1) / perSecond;
                later.add(new Later(freeNanos, answer));
            }
        }
    }
}
