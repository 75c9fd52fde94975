package io.sluice.benchmarks.sidecar;

/**
 * How requests come in and go out; the same on both sides of a sidecar.
 *
 * @param gzip whether bodies are compressed, on both sides
 */
record Way(Protocol protocol, boolean gzip) {

    /** What {@link #toString} gave. */
    static Way parse(String protocol, String compression) {
        return new Way(Protocol.valueOf(protocol), compression.equals("gzip"));
    }

    String label() {
        return protocol.label() + (gzip ? ", gzip" : "");
    }

    /** Two words of a command. */
    @Override
    public String toString() {
        return protocol.name() + " " + (gzip ? "gzip" : "none");
    }

    /** The two ways of OTLP. */
    enum Protocol {
        HTTP("HTTP"),
        GRPC("gRPC");

        private final String label;

        Protocol(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }
}
