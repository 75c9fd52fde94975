package io.sluice.exporter.transport;

import java.util.HashSet;
import java.util.Set;

/**
 * Bytes that passed through all streams of one transport or server, open and closed. Guarded by itself; any thread.
 */
public final class ByteCounts {

    private final Set<DriverSocketChannel> open = new HashSet<>();
    private long closedRead;
    private long closedWritten;

    public synchronized void add(DriverSocketChannel channel) {
        open.add(channel);
    }

    /** {@code channel} is closed and its own counts will not change any more. Idempotent. */
    public synchronized void remove(DriverSocketChannel channel) {
        if (open.remove(channel)) {
            closedRead += channel.bytesRead();
            closedWritten += channel.bytesWritten();
        }
    }

    public synchronized long read() {
        long sum = closedRead;
        for (DriverSocketChannel channel : open) {
            sum += channel.bytesRead();
        }
        return sum;
    }

    public synchronized long written() {
        long sum = closedWritten;
        for (DriverSocketChannel channel : open) {
            sum += channel.bytesWritten();
        }
        return sum;
    }

    public synchronized int openStreams() {
        return open.size();
    }
}
