package io.sluice.exporter.testing;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * An OTLP/gRPC receiver in a test: grpc-java's own server, which does with each call what the script says and keeps
 * what it took.
 *
 * <p>Ids are those of {@link IdEncoder}, and are kept when the answer is OK. Any thread.
 */
public final class GrpcPeer implements AutoCloseable {

    /** What the peer does with one call. Called on grpc-java's threads; may wait. */
    @FunctionalInterface
    public interface Script {
        void answer(Call call) throws Exception;
    }

    /** One call as it arrived; answers once, or never. */
    public static final class Call {

        private final ServerCall<byte[], byte[]> call;
        private final Metadata headers;
        private final byte[] message;
        private final Signal signal;
        private final int number;

        private Call(ServerCall<byte[], byte[]> call, Metadata headers, byte[] message, Signal signal, int number) {
            this.call = call;
            this.headers = headers;
            this.message = message;
            this.signal = signal;
            this.number = number;
        }

        public byte[] message() {
            return message.clone();
        }

        public Metadata headers() {
            return headers;
        }

        public Signal signal() {
            return signal;
        }

        /** Counted from 1, over all connections. */
        public int number() {
            return number;
        }

        /** The authority that the client asked for. */
        public String authority() {
            return String.valueOf(call.getAuthority());
        }

        public boolean isCancelled() {
            return call.isCancelled();
        }

        /** OK with {@code response}. */
        public void ok(byte... response) {
            call.sendHeaders(new Metadata());
            call.sendMessage(response);
            call.close(Status.OK, new Metadata());
        }

        public void fail(Status status, Metadata trailers) {
            call.close(status, trailers);
        }

        public void fail(Status status) {
            fail(status, new Metadata());
        }

        /** As a server does that had begun to answer: the status is not in the first headers, but in trailers. */
        public void failAfterHeaders(Status status, Metadata trailers) {
            call.sendHeaders(new Metadata());
            fail(status, trailers);
        }
    }

    /** What the server says about peers that break off is noise here. Held, for the logging holds it weakly. */
    private static final Logger QUIET = Logger.getLogger("io.grpc");

    static {
        QUIET.setLevel(Level.OFF);
    }

    private final Script script;
    private final Server server;
    private final int port;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger maxInFlight = new AtomicInteger();
    private final Set<Long> ids = ConcurrentHashMap.newKeySet();
    private final AtomicInteger doubles = new AtomicInteger();
    private final List<Call> received = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** Listens on a free port of the loopback. */
    public GrpcPeer(Script script) throws IOException {
        this(0, script, UnaryOperator.identity());
    }

    /** @param settings changes the server before it starts */
    public GrpcPeer(int wantedPort, Script script, UnaryOperator<NettyServerBuilder> settings) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort), script, settings);
    }

    /** @param settings changes the server before it starts */
    public GrpcPeer(InetSocketAddress address, Script script, UnaryOperator<NettyServerBuilder> settings)
            throws IOException {
        this.script = script;
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address);
        for (Signal signal : Signal.values()) {
            builder.addService(service(signal));
        }
        this.server =
                settings.apply(builder.maxInboundMessageSize(64 << 20)).build().start();
        // The server forgets it when it is shut down.
        this.port = server.getPort();
    }

    /** Takes everything. */
    public static Script ok() {
        return Call::ok;
    }

    /** Says {@code status} to everything. */
    public static Script failing(Status status) {
        return call -> call.fail(status);
    }

    public int port() {
        return port;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Every call that arrived whole. */
    public List<Call> received() {
        return new ArrayList<>(received);
    }

    /** Distinct ids of calls that were answered OK. */
    public Set<Long> ids() {
        return Set.copyOf(ids);
    }

    /** Ids that came once more after they had been taken. */
    public int doubles() {
        return doubles.get();
    }

    public int maxInFlight() {
        return maxInFlight.get();
    }

    /** Keeps the ids of {@code call}; a script calls it for what it takes. */
    public void take(Call call) {
        for (ByteBuffer left = ByteBuffer.wrap(call.message); left.remaining() >= Long.BYTES; ) {
            if (!ids.add(left.getLong())) {
                doubles.incrementAndGet();
            }
        }
    }

    private ServerServiceDefinition service(Signal signal) {
        String name = switch (signal) {
            case TRACES -> "trace.v1.TraceService";
            case METRICS -> "metrics.v1.MetricsService";
            case LOGS -> "logs.v1.LogsService";
            case PROFILES -> "profiles.v1development.ProfilesService";
        };
        String service = "opentelemetry.proto.collector." + name;
        MethodDescriptor<byte[], byte[]> export = Bytes.method("/" + service + "/Export");
        ServerCallHandler<byte[], byte[]> handler = (call, headers) -> {
            call.request(2);
            return new Listener(call, headers, signal);
        };
        return ServerServiceDefinition.builder(service)
                .addMethod(export, handler)
                .build();
    }

    private final class Listener extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;
        private final Metadata headers;
        private final Signal signal;
        private byte[] message = {};

        Listener(ServerCall<byte[], byte[]> call, Metadata headers, Signal signal) {
            this.call = call;
            this.headers = headers;
            this.signal = signal;
            maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        }

        @Override
        public void onMessage(byte[] whole) {
            message = whole;
        }

        @Override
        public void onHalfClose() {
            Call arrived = new Call(call, headers, message, signal, calls.incrementAndGet());
            received.add(arrived);
            try {
                script.answer(arrived);
            } catch (Throwable e) {
                failures.add(e);
            }
        }

        @Override
        public void onComplete() {
            inFlight.decrementAndGet();
        }

        @Override
        public void onCancel() {
            inFlight.decrementAndGet();
        }
    }

    /** Refuses new connections and calls; those in flight go on (GOAWAY). */
    public void goAway() {
        server.shutdown();
    }

    /** Ends with everything; fails if the script did. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the peer does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("the peer's script failed", failures.get(0));
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "GrpcPeer[%s, %d calls]", uri(), calls.get());
    }
}
