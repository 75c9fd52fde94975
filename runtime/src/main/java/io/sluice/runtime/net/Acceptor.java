package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Takes connections off a channel that listens, for a listener of either kind. One task at a time. */
final class Acceptor<S> {

    /** Makes a stream of an accepted channel. */
    @FunctionalInterface
    interface Adoption<S> {
        S adopt(SocketChannel accepted, IoDriver driver) throws IOException;
    }

    private final ServerSocketChannel channel;
    private final Registration registration;
    private final Adoption<S> adoption;

    /** Registers {@code channel}, which listens already. */
    Acceptor(ServerSocketChannel channel, IoDriver driver, Adoption<S> adoption) throws IOException {
        this.channel = channel;
        this.registration = Registration.ofListener(driver, channel);
        this.adoption = adoption;
    }

    /** {@code failure}, but saying where. */
    static BindException cannotListen(String where, BindException failure) {
        BindException named = new BindException("cannot listen on " + where + ": " + failure.getMessage());
        named.initCause(failure);
        return named;
    }

    Poll<S> poll(Context cx) throws IOException {
        while (true) {
            int observed = registration.poll(cx, Readiness.READ);
            if (observed == Registration.NOT_READY) {
                return Poll.pending();
            }
            registration.ensureOpen();
            SocketChannel accepted = channel.accept();
            if (accepted != null) {
                cx.madeProgress();
                return Poll.ready(adopt(accepted));
            }
            registration.clear(Readiness.READ, observed);
        }
    }

    private S adopt(SocketChannel accepted) throws IOException {
        S stream = null;
        try {
            stream = adoption.adopt(accepted, registration.driver());
            return stream;
        } finally {
            if (stream == null) {
                Channels.closeQuietly(accepted);
            }
        }
    }

    /** Idempotent; any thread; never throws. */
    void close() {
        Channels.close(channel, registration);
    }
}
