package io.sluice.examples.echo;

import io.sluice.examples.support.TcpServer;
import io.sluice.examples.support.UntilStopped;
import io.sluice.runtime.io.AsyncIo;

/** Sends back what it receives: {@code ./sluice example echo [PORT]}, then {@code nc 127.0.0.1 PORT}. */
public final class Echo {

    private Echo() {}

    /** The whole server. A client that sends and does not read is held up, since nothing is kept but 16 KiB. */
    public static final TcpServer.Service SERVICE =
            (stream, stop) -> new UntilStopped(stop, AsyncIo.copy(stream, stream));

    public static void main(String[] arguments) throws Exception {
        TcpServer.main("echo", arguments, handle -> SERVICE);
    }
}
