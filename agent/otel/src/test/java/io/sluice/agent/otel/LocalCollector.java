package io.sluice.agent.otel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A collector on a port of this machine that takes whatever comes over HTTP and keeps it. */
final class LocalCollector implements AutoCloseable {

    /** What came to a path, byte by byte as characters, one request after the other. */
    final Map<String, String> bodies = new ConcurrentHashMap<>();

    /** Values of the header {@code api-key}; {@code none} for a request without. */
    final Set<String> keys = ConcurrentHashMap.newKeySet();

    private final HttpServer server;

    LocalCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key = exchange.getRequestHeaders().getFirst("api-key");
            keys.add(key == null ? "none" : key);
            String body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
            bodies.merge(exchange.getRequestURI().getPath(), body, String::concat);
            exchange.sendResponseHeaders(200, -1);
        }
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
