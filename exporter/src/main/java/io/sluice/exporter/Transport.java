package io.sluice.exporter;

import io.sluice.runtime.Future;

/**
 * Sends payloads to one destination over the runtime's own TCP driver.
 *
 * <p>Any number of sends may be in flight; the semaphore of the pipeline bounds them. A transport keeps connections
 * alive between sends and opens new ones as needed, up to the sends in flight.
 */
public interface Transport {

    /**
     * One attempt, bounded by the transport's connect and export timeouts. The future never fails for what the network
     * or the server did. The payload stays the caller's and must stay open until the future is ready or cancelled;
     * cancelling ends the request on the wire, with HTTP by closing its connection.
     */
    Future<ExportResult> send(Payload payload);

    /** Closes all connections; sends in flight end Unreachable. Ready when every channel is closed and deregistered. */
    Future<Void> shutdown();

    /** Bytes that all connections took so far, whatever the protocol adds included; 0 if nobody counts them. */
    default long bytesWritten() {
        return 0;
    }

    /** Bytes that all connections gave so far; 0 if nobody counts them. */
    default long bytesRead() {
        return 0;
    }

    /** Connections that are open or being made; 0 if nobody counts them. */
    default int openConnections() {
        return 0;
    }
}
