package io.sluice.conformance.clients;

/**
 * One client's way of sending.
 *
 * @param protocol as OpenTelemetry's settings call it
 * @param tls whether the sidecar is spoken to over TLS
 */
record Route(Language language, String protocol, boolean gzip, boolean tls) {

    /** Whose SDK. */
    enum Language {
        JAVA,
        GO,
        PYTHON,
        JAVASCRIPT
    }

    static Route of(Language language, String protocol) {
        return new Route(language, protocol, false, false);
    }

    Route gzipped() {
        return new Route(language, protocol, true, tls);
    }

    Route secure() {
        return new Route(language, protocol, gzip, true);
    }

    boolean isGrpc() {
        return protocol.equals("grpc");
    }

    /** The name of the service that sends so. */
    @Override
    public String toString() {
        return language + " " + protocol + (gzip ? " gzip" : "") + (tls ? " tls" : "");
    }
}
