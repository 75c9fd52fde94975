package io.sluice.benchmarks.pipeline;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** OTLP/HTTP on the JDK's own server, which is neither side's. */
final class HttpSinkEndpoint extends SinkEndpoint {

    private static final int BACKLOG = 1024;
    private static final int GZIP_BUFFER = 64 * 1024;

    private final Executor workers;
    private @Nullable HttpServer server;

    HttpSinkEndpoint(Executor workers) {
        this.workers = workers;
    }

    @Override
    int listen(InetSocketAddress address) throws IOException {
        HttpServer fresh = HttpServer.create(address, BACKLOG);
        fresh.setExecutor(workers);
        for (Signal signal : Signal.values()) {
            fresh.createContext(signal.httpPath(), exchange -> answer(signal, exchange));
        }
        fresh.start();
        server = fresh;
        return fresh.getAddress().getPort();
    }

    @Override
    void down() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    private void answer(Signal signal, HttpExchange exchange) throws IOException {
        receive(signal, body(exchange));
        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        try (InputStream in = exchange.getRequestBody()) {
            if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
                return new GZIPInputStream(in, GZIP_BUFFER).readAllBytes();
            } else if (length == null) {
                return in.readAllBytes();
            }
            byte[] body = new byte[Integer.parseInt(length)];
            in.readNBytes(body, 0, body.length);
            return body;
        }
    }
}
