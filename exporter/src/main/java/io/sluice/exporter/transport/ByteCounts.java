package io.sluice.exporter.transport;

import java.util.HashSet;
import java.util.Set;

/**
 * Bytes that passed through all streams of one transport or server, open and closed. Guarded by itself; any thread.
 */
final class ByteCounts {

    private final Set<DriverSocketChannel> open = new HashSet<>();
    private long closedRead;
    private long closedWritten;

    synchronized void add(DriverSocketChannel channel) {
        open.add(channel);
    }

    /** {@code channel} is closed and its own counts will not change any more. Idempotent. */
    synchronized void remove(DriverSocketChannel channel) {
        if (open.remove(channel)) {
            closedRead += channel.bytesRead();
            closedWritten += channel.bytesWritten();
        }
    }

    synchronized long read() {
        long sum = closedRead;
        for (DriverSocketChannel channel : open) {
            sum += channel.bytesRead();
        }
        return sum;
    }

    synchronized long written() {
        long sum = closedWritten;
        for (DriverSocketChannel channel : open) {
            sum += channel.bytesWritten();
        }
        return sum;
    }

    synchronized int openStreams() {
        return open.size();
    }
}
