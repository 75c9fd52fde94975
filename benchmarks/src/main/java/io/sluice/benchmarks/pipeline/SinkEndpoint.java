package io.sluice.benchmarks.pipeline;

import io.sluice.exporter.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** One port of the sink. {@link #receive} on any thread, the rest on the thread of the commands. */
abstract class SinkEndpoint {

    private final Tally tally = new Tally();
    private volatile long delayMillis;

    /** 0 until it was up once; afterwards it comes up there again. */
    private int port;

    /** Listens; gives the port. */
    final int up() throws IOException {
        port = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
    }

    abstract int listen(InetSocketAddress address) throws IOException;

    /** Vanishes: ends connections, refuses new ones. */
    abstract void down() throws InterruptedException;

    final void delay(long millis) {
        delayMillis = millis;
    }

    final Tally tally() {
        return tally;
    }

    /** Counts a request once it has waited as long as was said. */
    final void receive(Signal signal, byte[] request) {
        long millis = delayMillis;
        if (millis > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        RequestReader.count(signal, request, tally);
    }
}
