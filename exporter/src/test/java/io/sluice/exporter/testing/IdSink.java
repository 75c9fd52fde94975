package io.sluice.exporter.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An OTLP receiver that speaks either protocol, with servers that are none of ours: the JDK's and grpc-java's. It keeps
 * the ids of {@link IdEncoder} that it takes, before it answers. Any thread.
 */
public final class IdSink implements AutoCloseable {

    /** What is answered. */
    public sealed interface Reply {}

    /** Takes all but the first {@code rejected}, and says so. */
    public record Take(int rejected) implements Reply {}

    /** Takes nothing, over HTTP. */
    public record HttpStatus(int code, Map<String, String> headers) implements Reply {}

    /** Takes nothing, over gRPC. */
    public record GrpcStatus(Status status, Metadata trailers) implements Reply {}

    /** Decides about one request, numbered from 1, on a thread that may wait. */
    @FunctionalInterface
    public interface Script {
        Reply reply(int number, List<Long> ids) throws Exception;
    }

    public static final Reply OK = new Take(0);

    private final Script script;
    private final Set<Long> ids = ConcurrentHashMap.newKeySet();
    private final AtomicLong doubles = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger maxInFlight = new AtomicInteger();
    private final Consumer<ByteBuffer> onTaken;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** One of these two. */
    private HttpServer http;

    private GrpcPeer grpc;

    /** Takes everything. */
    public IdSink(Protocol protocol) throws IOException {
        this(protocol, (number, ids) -> OK);
    }

    public IdSink(Protocol protocol, Script script) throws IOException {
        this(protocol, 0, script, taken -> {});
    }

    /** @param onTaken given what is taken, before the answer */
    public IdSink(Protocol protocol, int port, Script script, Consumer<ByteBuffer> onTaken) throws IOException {
        this(protocol, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), script, onTaken);
    }

    public IdSink(Protocol protocol, InetSocketAddress address, Script script, Consumer<ByteBuffer> onTaken)
            throws IOException {
        this.script = script;
        this.onTaken = onTaken;
        switch (protocol) {
            case HTTP -> {
                http = HttpServer.create(address, 200);
                http.setExecutor(threads);
                http.createContext("/", this::answer);
                http.start();
            }
            case GRPC -> grpc = new GrpcPeer(address, this::answer, UnaryOperator.identity());
        }
    }

    public int port() {
        return http == null ? grpc.port() : http.getAddress().getPort();
    }

    /** Distinct ids that were taken. */
    public Set<Long> ids() {
        return Set.copyOf(ids);
    }

    public int taken() {
        return ids.size();
    }

    /** Ids that were taken once more. */
    public long doubles() {
        return doubles.get();
    }

    public int requests() {
        return requests.get();
    }

    /** Requests now, read and not answered. */
    public int inFlight() {
        return inFlight.get();
    }

    public int maxInFlight() {
        return maxInFlight.get();
    }

    /** Forgets the most requests there were at once. */
    public void resetMaxInFlight() {
        maxInFlight.set(0);
    }

    private Reply decide(byte[] body) {
        List<Long> asked = new ArrayList<>();
        for (ByteBuffer left = ByteBuffer.wrap(body); left.hasRemaining(); ) {
            asked.add(left.getLong());
        }
        maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
            Reply reply = script.reply(requests.incrementAndGet(), asked);
            if (reply instanceof Take take) {
                take(body, asked, take.rejected());
            }
            return reply;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private void take(byte[] body, List<Long> asked, int rejected) {
        for (long id : asked.subList(rejected, asked.size())) {
            if (!ids.add(id)) {
                doubles.incrementAndGet();
            }
        }
        onTaken.accept(ByteBuffer.wrap(body).position(rejected * Long.BYTES));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = decide(exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            if (reply instanceof Take take && take.rejected() > 0) {
                byte[] body = partial(take.rejected());
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } else if (reply instanceof HttpStatus status) {
                status.headers().forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(status.code(), -1);
            } else {
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    private void answer(GrpcPeer.Call call) {
        threads.execute(() -> {
            Reply reply = decide(call.message());
            try {
                if (reply instanceof GrpcStatus status) {
                    call.fail(status.status(), status.trailers());
                } else {
                    int rejected = ((Take) reply).rejected();
                    call.ok(rejected == 0 ? new byte[0] : partial(rejected));
                }
            } catch (IllegalStateException e) {
                // The call was given up meanwhile.
            }
        });
    }

    /** {@code partial_success { rejected }}; below 128. */
    private static byte[] partial(int rejected) {
        return new byte[] {0x0a, 2, 0x08, (byte) rejected};
    }

    @Override
    public void close() {
        if (http != null) {
            http.stop(0);
        } else {
            grpc.close();
        }
        threads.shutdownNow();
    }

    /** Reads what {@code onTaken} was given, one after another. */
    public static List<Long> read(ByteBuffer taken) {
        List<Long> ids = new ArrayList<>();
        while (taken.remaining() >= Long.BYTES) {
            ids.add(taken.getLong());
        }
        return ids;
    }
}
