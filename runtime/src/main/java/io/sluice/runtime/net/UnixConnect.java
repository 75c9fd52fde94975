package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Unix-domain socket being made; mostly the system makes it at once. All fields: whoever polls or
 * cancels.
 */
final class UnixConnect implements Future<UnixStream> {

    private final Handle handle;
    private final UnixDomainSocketAddress address;

    private @Nullable ConnectAttempt attempt;

    UnixConnect(Handle handle, UnixDomainSocketAddress address) {
        this.handle = handle;
        this.address = address;
    }

    @Override
    public Poll<UnixStream> poll(Context cx) throws IOException {
        handle.ioDriver().ensureRunning();
        try {
            ConnectAttempt current = attempt == null ? start() : attempt;
            if (!current.pollConnected(cx)) {
                return Poll.pending();
            }
            attempt = null;
            return Poll.ready(new UnixStream(current.channel(), current.registration()));
        } catch (IOException e) {
            cancel();
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            ConnectException named = new ConnectException("cannot connect to unix:" + address + " (" + reason + ")");
            named.initCause(e);
            throw named;
        }
    }

    private ConnectAttempt start() throws IOException {
        ConnectAttempt started =
                ConnectAttempt.start(handle.ioDriver(), SocketChannel.open(StandardProtocolFamily.UNIX), address);
        attempt = started;
        return started;
    }

    @Override
    public void cancel() {
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
    }
}
