package io.sluice.examples.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The shop on an HTTP port: from request to {@link Route} and back. */
final class ShopServer implements AutoCloseable {

    /** How long requests that have begun may still take once the shop stops. */
    static final long STOP_LIMIT_MILLIS = 5_000;

    private static final int LONGEST_FORM_BYTES = 8 * 1024;

    private final HttpServer http;
    private final Store store;
    // Without a bound, as an order holds a thread while another thread answers it the price.
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "shop"));
    private final OpenRequests open = new OpenRequests();

    private ShopServer(HttpServer http, Store store) {
        this.http = http;
        this.store = store;
    }

    /**
     * Listens on {@code address}; on a free port for 0.
     *
     * @throws IOException if the port is taken
     */
    static ShopServer start(InetSocketAddress address, Store store) throws IOException {
        HttpServer http = HttpServer.create(address, 0);
        ShopServer server = new ShopServer(http, store);
        Routes routes = new Routes(store, new PriceClient(server.uri()));
        server.on("GET", "/price", routes::price);
        server.on("POST", "/order", routes::order);
        server.on("GET", "/orders", routes::placed);
        http.setExecutor(server.threads);
        http.start();
        return server;
    }

    /** Where it is reached from this machine. */
    URI uri() {
        InetAddress bound = http.getAddress().getAddress();
        InetAddress reached = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
        return URI.create(
                "http://" + reached.getHostAddress() + ":" + http.getAddress().getPort());
    }

    private void on(String method, String path, Route route) {
        http.createContext(path, exchange -> {
            if (!open.begin()) {
                exchange.close();
                return;
            }
            try (exchange) {
                send(exchange, answer(exchange, method, path, route));
            } finally {
                open.end();
            }
        });
    }

    private static Answer answer(HttpExchange exchange, String method, String path, Route route) throws IOException {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            return Answer.error(404, "no such page");
        }
        if (!exchange.getRequestMethod().equals(method)) {
            return Answer.error(405, "use " + method);
        }
        byte[] form = exchange.getRequestBody().readNBytes(LONGEST_FORM_BYTES + 1);
        if (form.length > LONGEST_FORM_BYTES) {
            return Answer.error(413, "too long");
        }
        try {
            Map<String, String> parameters = new HashMap<>();
            String query = exchange.getRequestURI().getRawQuery();
            decode(query == null ? "" : query, parameters);
            decode(new String(form, StandardCharsets.UTF_8), parameters);
            return route.answer(parameters);
        } catch (IllegalArgumentException notEncodedAsForm) {
            return Answer.error(400, "malformed parameters");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Answer.error(503, "stopping");
        } catch (Exception failed) {
            System.err.println("shop: " + method + " " + path + " failed: " + failed);
            return Answer.error(500, "failed");
        }
    }

    private static void decode(String form, Map<String, String> into) {
        for (String pair : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                into.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    /** Answers what has begun, for at most {@link #STOP_LIMIT_MILLIS}, takes no more, and closes the store. */
    @Override
    public void close() {
        open.awaitNone(STOP_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        http.stop(0);
        threads.shutdownNow();
        try {
            store.close();
        } catch (SQLException failed) {
            System.err.println("shop: the database was not closed: " + failed);
        }
    }
}
