package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What an {@link HttpServer} puts up with.
 *
 * @param maxConnections open at once; one more is closed at once; at least 1
 * @param maxBodyBytes of one request as sent; a larger one is answered 413; at least 1
 * @param maxInflatedBytes of one request after decompression; a larger one is answered 413; at least 1
 * @param maxHeaderBytes of one request's head; a larger one is answered 431; at least 1
 * @param headTimeout from the first byte of a request to the end of its head, and from the connection to its first byte
 * @param bodyTimeout from the end of the head to the end of the body
 * @param idleTimeout between an answer and the next request
 * @param eventLoops tasks that the connections are spread over; at least 1
 */
public record HttpServerSettings(
        int maxConnections,
        int maxBodyBytes,
        int maxInflatedBytes,
        int maxHeaderBytes,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        int eventLoops) {

    public HttpServerSettings {
        atLeastOne(maxConnections, "maxConnections");
        atLeastOne(maxBodyBytes, "maxBodyBytes");
        atLeastOne(maxInflatedBytes, "maxInflatedBytes");
        atLeastOne(maxHeaderBytes, "maxHeaderBytes");
        positive(headTimeout, "headTimeout");
        positive(bodyTimeout, "bodyTimeout");
        positive(idleTimeout, "idleTimeout");
        atLeastOne(eventLoops, "eventLoops");
    }

    /**
     * 1,024 connections; bodies of 64 MiB after decompression, which is what OTLP recommends, and as much before; heads
     * of 16 KiB within 10 s, bodies within 30 s, 60 s between requests; one event loop.
     */
    public static HttpServerSettings defaults() {
        return new HttpServerSettings(
                1024,
                64 << 20,
                64 << 20,
                16 << 10,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                1);
    }

    private static void atLeastOne(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: at least 1");
        }
    }

    private static void positive(Duration value, String name) {
        requireNonNull(value, name);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: more than zero");
        }
    }
}
