package io.sluice.examples.demo;

/**
 * One request that was sent to the shop.
 *
 * @param number from 1
 * @param traceId the trace that the shop was told to continue, 32 hexadecimal digits
 * @param spanId the span that the shop was told is the caller's, 16 hexadecimal digits: the parent of its server span
 * @param status what came back; 0 if nothing did
 */
record Driven(int number, RequestKind kind, String traceId, String spanId, int status) {

    boolean isAnswered() {
        return status == kind.status();
    }
}
