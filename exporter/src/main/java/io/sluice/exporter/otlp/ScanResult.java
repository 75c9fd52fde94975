package io.sluice.exporter.otlp;

/** What a scan of a request found. */
public sealed interface ScanResult {

    /** A request that every OTLP parser accepts, with so many spans, data points or log records. */
    record Valid(int items) implements ScanResult {}

    /** Not a request. The reason names the field, and where in the request the fault stands. */
    record Malformed(String reason, int offset) implements ScanResult {
        @Override
        public String toString() {
            return reason + " at byte " + offset;
        }
    }
}
