package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What an {@link HttpServer} puts up with.
 *
 * @param maxConnections open at once; one more is told so and closed; at least 1
 * @param maxBodyBytes of one request as sent; a larger one is answered 413; at least 1
 * @param maxInflatedBytes of one request after decompression; a larger one is answered 413; at least 1
 * @param maxHeaderBytes of one request's head; a larger one is answered 431; at least 1
 * @param headTimeout from the first byte of a request to the end of its head, from the connection to its first byte, and
 *     for a TLS handshake
 * @param bodyTimeout from the end of the head to the end of the body
 * @param idleTimeout between an answer and the next request
 * @param writeTimeout for the peer to take an answer
 * @param maxAge after which a connection is ended with the requests that it has; zero for never
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
        Duration writeTimeout,
        Duration maxAge,
        int eventLoops,
        Http2Limits http2) {

    /** A peer that lives takes a few hundred bytes at once; what a phone's lift ride may take is no concern here. */
    public static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

    public HttpServerSettings {
        atLeastOne(maxConnections, "maxConnections");
        atLeastOne(maxBodyBytes, "maxBodyBytes");
        atLeastOne(maxInflatedBytes, "maxInflatedBytes");
        atLeastOne(maxHeaderBytes, "maxHeaderBytes");
        positive(headTimeout, "headTimeout");
        positive(bodyTimeout, "bodyTimeout");
        positive(idleTimeout, "idleTimeout");
        positive(writeTimeout, "writeTimeout");
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge is " + maxAge + "; allowed: zero or more");
        }
        atLeastOne(eventLoops, "eventLoops");
        requireNonNull(http2, "http2");
    }

    /** Answers are to be taken within {@link #WRITE_TIMEOUT}, connections may grow old, and HTTP/2 has its defaults. */
    public HttpServerSettings(
            int maxConnections,
            int maxBodyBytes,
            int maxInflatedBytes,
            int maxHeaderBytes,
            Duration headTimeout,
            Duration bodyTimeout,
            Duration idleTimeout,
            int eventLoops) {
        this(
                maxConnections,
                maxBodyBytes,
                maxInflatedBytes,
                maxHeaderBytes,
                headTimeout,
                bodyTimeout,
                idleTimeout,
                WRITE_TIMEOUT,
                Duration.ZERO,
                eventLoops,
                Http2Limits.defaults());
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
