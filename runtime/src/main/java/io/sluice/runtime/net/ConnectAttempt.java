package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;

/** One address being tried. Whoever polls it or closes it. */
final class ConnectAttempt {

    private final SocketChannel channel;
    private final Registration registration;

    /** The system connected at once, as it may on this machine. */
    private boolean connected;

    private ConnectAttempt(SocketChannel channel, Registration registration, boolean connected) {
        this.channel = channel;
        this.registration = registration;
        this.connected = connected;
    }

    /** Begins to connect {@code channel}, which is fresh and belongs to the attempt from here on. */
    static ConnectAttempt start(IoDriver driver, SocketChannel channel, SocketAddress address) throws IOException {
        Registration registration = null;
        try {
            channel.configureBlocking(false);
            boolean connected = channel.connect(address);
            registration = Registration.ofConnecting(driver, channel);
            return new ConnectAttempt(channel, registration, connected);
        } finally {
            if (registration == null) {
                Channels.closeQuietly(channel);
            }
        }
    }

    boolean pollConnected(Context cx) throws IOException {
        while (!connected) {
            int observed = registration.poll(cx, Readiness.WRITE);
            if (observed == Registration.NOT_READY) {
                return false;
            }
            registration.ensureOpen();
            connected = channel.finishConnect();
            if (!connected) {
                registration.clear(Readiness.WRITE, observed);
            }
        }
        registration.connected();
        cx.madeProgress();
        return true;
    }

    SocketChannel channel() {
        return channel;
    }

    Registration registration() {
        return registration;
    }

    void close() {
        Channels.close(channel, registration);
    }
}
