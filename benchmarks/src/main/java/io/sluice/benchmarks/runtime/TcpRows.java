package io.sluice.benchmarks.runtime;

import io.sluice.benchmarks.LatencyHistogram;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.net.TcpListener;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** WORKLOADS h1 to h3: echo of 64 bytes over loopback, and one stream of 64 KiB writes. */
final class TcpRows {

    private static final int MESSAGE_BYTES = 64;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final double MICRO = 1_000;

    private TcpRows() {}

    /** Round trips a second, and p50, p99 and p99.9 of one in us. */
    static double[] echo(AsyncRuntime runtime, Clock clock, int connections, long seconds) throws Exception {
        return echo(runtime, runtime, clock, connections, seconds);
    }

    /** The same with the clients' end of each connection on another runtime. */
    static double[] echo(AsyncRuntime servers, AsyncRuntime runtime, Clock clock, int connections, long seconds)
            throws Exception {
        Handle handle = runtime.handle();
        TcpListener listener =
                TcpListener.bind(servers.handle(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        JoinHandle<Void> server = servers.handle().spawn(cx -> serve(listener, cx));
        long startNanos = clock.nanoTime();
        long endNanos = startNanos + TimeUnit.SECONDS.toNanos(seconds);
        List<JoinHandle<LatencyHistogram>> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Future<TcpStream> connect = TcpStream.connect(handle, listener.localAddress());
            clients.add(handle.spawn(new Client(connect, clock, endNanos)));
        }
        LatencyHistogram trips = new LatencyHistogram();
        for (JoinHandle<LatencyHistogram> client : clients) {
            trips.add(runtime.blockOn(client));
        }
        double elapsed = clock.nanoTime() - startNanos;
        server.abort();
        listener.close();
        return new double[] {
            trips.count() * (double) TimeUnit.SECONDS.toNanos(1) / elapsed,
            trips.quantile(0.5) / MICRO,
            trips.quantile(0.99) / MICRO,
            trips.quantile(0.999) / MICRO
        };
    }

    private static Poll<Void> serve(TcpListener listener, Context cx) throws IOException {
        while (true) {
            Poll<TcpStream> accepted = listener.pollAccept(cx);
            if (accepted.isPending()) {
                return Poll.pending();
            }
            cx.handle().spawn(new Echo(accepted.get())).detach();
        }
    }

    /** Reads a message, writes it back, until the other end closes. */
    private static final class Echo implements Future<Void> {
        private final TcpStream stream;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE_BYTES);
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
                if (moved < 0) {
                    stream.close();
                    return Poll.ready();
                }
                if (!buffer.hasRemaining()) {
                    writing = !writing;
                    buffer.rewind();
                }
            }
        }

        @Override
        public void cancel() {
            stream.close();
        }
    }

    /** Writes a message, reads it back, until the time is up. */
    private static final class Client implements Future<LatencyHistogram> {
        private final Future<TcpStream> connect;
        private final Clock clock;
        private final long endNanos;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE_BYTES);
        private final LatencyHistogram trips = new LatencyHistogram();
        private @Nullable TcpStream stream;
        private boolean reading;
        private long sentNanos;

        Client(Future<TcpStream> connect, Clock clock, long endNanos) {
            this.connect = connect;
            this.clock = clock;
            this.endNanos = endNanos;
        }

        @Override
        public Poll<LatencyHistogram> poll(Context cx) throws Exception {
            if (stream == null) {
                Poll<TcpStream> connected = connect.poll(cx);
                if (connected.isPending()) {
                    return Poll.pending();
                }
                stream = connected.get();
                sentNanos = clock.nanoTime();
            }
            TcpStream open = stream;
            while (true) {
                int moved = reading ? open.pollRead(cx, buffer) : open.pollWrite(cx, buffer);
                if (moved == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                if (!buffer.hasRemaining()) {
                    buffer.rewind();
                    if (reading && isOver()) {
                        open.close();
                        return Poll.ready(trips);
                    }
                    reading = !reading;
                }
            }
        }

        /** Counts the trip that has just ended. */
        private boolean isOver() {
            long nowNanos = clock.nanoTime();
            trips.record(nowNanos - sentNanos);
            sentNanos = nowNanos;
            return nowNanos - endNanos >= 0;
        }

        @Override
        public void cancel() {
            connect.cancel();
            if (stream != null) {
                stream.close();
            }
        }
    }

    /** MiB a second from one task to another, measured where they are read. */
    static double stream(AsyncRuntime runtime, Clock clock, long seconds) throws Exception {
        Handle handle = runtime.handle();
        TcpListener listener = TcpListener.bind(handle, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Future<TcpStream> connect = TcpStream.connect(handle, listener.localAddress());
        JoinHandle<Void> writer = handle.spawn(new Pouring(connect, clock, seconds));
        TcpStream accepted = runtime.blockOn(listener.accept());
        double rate = runtime.blockOn(handle.spawn(new Draining(accepted, clock)));
        runtime.blockOn(writer);
        listener.close();
        return rate;
    }

    private static final class Pouring implements Future<Void> {
        private final Future<TcpStream> connect;
        private final Clock clock;
        private final long seconds;
        private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        private @Nullable TcpStream stream;
        private long endNanos;

        Pouring(Future<TcpStream> connect, Clock clock, long seconds) {
            this.connect = connect;
            this.clock = clock;
            this.seconds = seconds;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            if (stream == null) {
                Poll<TcpStream> connected = connect.poll(cx);
                if (connected.isPending()) {
                    return Poll.pending();
                }
                stream = connected.get();
                endNanos = clock.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            }
            while (clock.nanoTime() - endNanos < 0) {
                if (stream.pollWrite(cx, chunk) == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                if (!chunk.hasRemaining()) {
                    chunk.rewind();
                }
            }
            stream.close();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            connect.cancel();
            if (stream != null) {
                stream.close();
            }
        }
    }

    private static final class Draining implements Future<Double> {
        private final TcpStream stream;
        private final Clock clock;
        private final long startNanos;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        private long total;

        Draining(TcpStream stream, Clock clock) {
            this.stream = stream;
            this.clock = clock;
            this.startNanos = clock.nanoTime();
        }

        @Override
        public Poll<Double> poll(Context cx) throws IOException {
            while (true) {
                buffer.clear();
                int read = stream.pollRead(cx, buffer);
                if (read == AsyncIo.PENDING) {
                    return Poll.pending();
                }
                if (read < 0) {
                    stream.close();
                    double seconds = (clock.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
                    return Poll.ready(total / (double) (1 << 20) / seconds);
                }
                total += read;
            }
        }

        @Override
        public void cancel() {
            stream.close();
        }
    }
}
