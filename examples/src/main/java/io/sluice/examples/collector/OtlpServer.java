package io.sluice.examples.collector;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** OTLP/HTTP on the JDK's own server, on the loopback address: from request to {@link Intake} and back. */
final class OtlpServer implements AutoCloseable {

    private static final int THREADS = 8;

    private final HttpServer http;
    private final Intake intake;
    private final Optional<Onward> onward;
    private final Executor later;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "otlp"));

    private OtlpServer(HttpServer http, Intake intake, Optional<Onward> onward, long delayMillis) {
        this.http = http;
        this.intake = intake;
        this.onward = onward;
        this.later = delayMillis == 0
                ? Runnable::run
                : CompletableFuture.delayedExecutor(delayMillis, TimeUnit.MILLISECONDS, threads);
    }

    /**
     * Listens on {@code port}, or on a free one for 0.
     *
     * @param onward where each request is passed on to before it is taken; its answer is the answer
     * @param delayMillis how long each answer is held back
     * @throws IOException if the port is taken
     */
    static OtlpServer start(int port, Intake intake, Optional<Onward> onward, long delayMillis) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        OtlpServer server = new OtlpServer(http, intake, onward, delayMillis);
        http.createContext("/", server::handle);
        http.setExecutor(server.threads);
        http.start();
        return server;
    }

    /** Where it listens. */
    URI uri() {
        InetSocketAddress address = http.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        Reply reply = exchange.getRequestMethod().equals("POST")
                ? take(exchange, exchange.getRequestBody().readNBytes(Intake.LARGEST_BODY_BYTES + 1))
                : Reply.Refused.unsupported(405, "use POST");
        later.execute(() -> answer(exchange, reply));
    }

    private Reply take(HttpExchange exchange, byte[] body) {
        String path = exchange.getRequestURI().getPath();
        String type = header(exchange, "Content-Type");
        String encoding = header(exchange, "Content-Encoding");
        if (onward.isEmpty()) {
            return intake.take(path, type, encoding, body);
        }
        try {
            Reply reply = onward.get().pass(path, type, encoding, body);
            if (reply instanceof Reply.Passed passed && passed.isSuccess()) {
                intake.take(path, type, encoding, body);
            }
            return reply;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Reply.HungUp();
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static void answer(HttpExchange exchange, Reply reply) {
        try (exchange) {
            if (reply instanceof Reply.Accepted) {
                send(exchange, 200, new byte[0]);
            } else if (reply instanceof Reply.Busy busy) {
                exchange.getResponseHeaders().set("Retry-After", String.valueOf(busy.retryAfterSeconds()));
                send(exchange, 429, new byte[0]);
            } else if (reply instanceof Reply.Passed passed) {
                passed.retryAfter()
                        .ifPresent(delay -> exchange.getResponseHeaders().set("Retry-After", delay));
                send(exchange, passed.status(), passed.body().toByteArray());
            } else if (reply instanceof Reply.Refused refused) {
                send(exchange, refused.status(), refused.body());
            }
        } catch (IOException gone) {
            // The sender left before its answer; it will send again or count a loss.
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", Intake.PROTOBUF);
        // For the JDK's server -1 is a body of no bytes, and 0 one of unknown length.
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Stops at once. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
