package io.sluice.benchmarks.pipeline;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a pipeline benchmark: the JDK's own HTTP server, neutral to both sides, in a process of its own.
 *
 * <p>Counts distinct span ids. Line commands on standard input: {@code delay MS}, {@code down}, {@code up},
 * {@code reset}, {@code count}, {@code quit}; each is answered by one line on standard output.
 */
public final class Sink {

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private volatile long delayMillis; // written by the command thread, read by the handlers
    private final BitSet seen = new BitSet(); // guarded by itself
    private long received; // guarded by seen
    private long requests; // guarded by seen
    private @Nullable HttpServer server; // command thread only
    private int port; // command thread only

    private Sink() {}

    public static void main(String[] args) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        new Sink().serveCommands();
    }

    private void serveCommands() throws IOException {
        up();
        say("port " + port);
        byte[] line = new byte[256];
        String command;
        while ((command = readLine(System.in, line)) != null) {
            String[] words = command.split(" ", -1);
            switch (words[0]) {
                case "delay" -> delayMillis = Long.parseLong(words[1]);
                case "down" -> down();
                case "up" -> up();
                case "reset" -> reset();
                case "count" -> {}
                case "quit" -> {
                    down();
                    workers.shutdownNow();
                    return;
                }
                default -> throw new IllegalArgumentException(command);
            }
            say(counts());
        }
    }

    private void up() throws IOException {
        HttpServer fresh = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        fresh.setExecutor(workers);
        fresh.createContext("/v1/traces", this::receive);
        fresh.start();
        port = fresh.getAddress().getPort();
        server = fresh;
    }

    private void down() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            body = gzip ? new GZIPInputStream(in, 64 * 1024).readAllBytes() : in.readAllBytes();
        }
        pause();
        synchronized (seen) {
            requests++;
            SpanIdReader.read(body, id -> {
                received++;
                seen.set((int) id);
            });
        }
        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private void pause() {
        long millis = delayMillis;
        if (millis > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void reset() {
        synchronized (seen) {
            seen.clear();
            received = 0;
            requests = 0;
        }
    }

    private String counts() {
        synchronized (seen) {
            return "distinct " + seen.cardinality() + " received " + received + " requests " + requests;
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static @Nullable String readLine(InputStream in, byte[] buffer) {
        try {
            int length = 0;
            int b;
            while ((b = in.read()) >= 0 && b != '\n') {
                buffer[length++] = (byte) b;
            }
            return b < 0 ? null : new String(buffer, 0, length, StandardCharsets.US_ASCII).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
