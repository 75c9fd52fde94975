package io.sluice.exporter.transport;

import io.sluice.runtime.Context;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.net.SocketStream;
import io.sluice.runtime.net.TcpListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** A listener of the runtime's, TCP or Unix-domain. */
interface Listening {

    /** The next connection. One task at a time. */
    Poll<? extends SocketStream> pollAccept(Context cx) throws IOException;

    /** Where it listens, with the port that was given for port 0. */
    SocketAddress localAddress();

    /** Idempotent; any thread. */
    void close();

    /**
     * Listens on {@code address}.
     *
     * @throws java.net.BindException naming the address, if it is in use or cannot be had
     */
    static Listening bind(Handle handle, SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress file) {
            return UnixListening.bind(handle, file);
        }
        if (address instanceof InetSocketAddress inet) {
            return new Tcp(TcpListener.bind(handle, inet));
        }
        throw new IllegalArgumentException("cannot listen on " + address);
    }

    /** Over TCP. */
    record Tcp(TcpListener listener) implements Listening {
        @Override
        public Poll<? extends SocketStream> pollAccept(Context cx) throws IOException {
            return listener.pollAccept(cx);
        }

        @Override
        public SocketAddress localAddress() {
            return listener.localAddress();
        }

        @Override
        public void close() {
            listener.close();
        }
    }
}
