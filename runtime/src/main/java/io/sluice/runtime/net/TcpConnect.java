package io.sluice.runtime.net;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection being made: look the name up, then try one address after the other.
 *
 * <pre>
 *   lookup --addresses--> next address --in progress--> waiting --connected--> Ready
 *                              ^                           |
 *                              +--------- failed ----------+   none left: fails with all of them
 * </pre>
 *
 * All fields: whoever polls or cancels.
 */
final class TcpConnect implements Future<TcpStream> {

    private final Handle handle;
    private final String target;
    private final int port;

    /** Null once the addresses are known. */
    private @Nullable Future<List<InetAddress>> lookup;

    private final Deque<InetSocketAddress> untried = new ArrayDeque<>();
    private final List<IOException> failures = new ArrayList<>();
    private @Nullable ConnectAttempt attempt;

    /** What {@link #attempt} tries. */
    private @Nullable InetSocketAddress tried;

    TcpConnect(Handle handle, String host, int port) {
        this.handle = handle;
        this.lookup = NameLookup.of(handle, host);
        this.port = port;
        this.target = host + ":" + port;
    }

    TcpConnect(Handle handle, InetSocketAddress address) {
        this.handle = handle;
        this.port = address.getPort();
        this.target = describe(address);
        untried.add(address);
    }

    @Override
    public Poll<TcpStream> poll(Context cx) throws Exception {
        Future<List<InetAddress>> names = lookup;
        if (names != null && !pollLookup(cx, names)) {
            return Poll.pending();
        }
        while (true) {
            if (attempt == null && !startNext()) {
                throw allFailed();
            }
            try {
                if (attempt != null && !attempt.pollConnected(cx)) {
                    return Poll.pending();
                }
            } catch (IOException e) {
                attemptFailed(e);
                continue;
            }
            if (attempt != null) {
                ConnectAttempt connected = attempt;
                attempt = null;
                return Poll.ready(new TcpStream(connected.channel(), connected.registration()));
            }
        }
    }

    /** Whether the addresses are known. */
    private boolean pollLookup(Context cx, Future<List<InetAddress>> names) throws Exception {
        Poll<List<InetAddress>> addresses = names.poll(cx);
        if (addresses.isPending()) {
            return false;
        }
        lookup = null;
        for (InetAddress address : addresses.get()) {
            untried.add(new InetSocketAddress(address, port));
        }
        return true;
    }

    /** Begins with the next address that does not fail at once; false if there is none left. */
    private boolean startNext() throws IOException {
        handle.ioDriver().ensureRunning();
        while (!untried.isEmpty()) {
            InetSocketAddress address = untried.remove();
            try {
                attempt = ConnectAttempt.start(handle.ioDriver(), openChannel(), address);
                tried = address;
                return true;
            } catch (IOException e) {
                failures.add(named(address, e));
            }
        }
        return false;
    }

    private static SocketChannel openChannel() throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean prepared = false;
        try {
            TcpStream.applyOptions(channel);
            prepared = true;
            return channel;
        } finally {
            if (!prepared) {
                Channels.closeQuietly(channel);
            }
        }
    }

    private void attemptFailed(IOException e) {
        if (attempt != null && tried != null) {
            failures.add(named(tried, e));
            attempt.close();
            attempt = null;
        }
    }

    private static IOException named(InetSocketAddress address, IOException e) {
        return withCause(new ConnectException(describe(address) + ": " + reason(e)), e);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private IOException allFailed() {
        StringBuilder message = new StringBuilder("cannot connect to ").append(target);
        String separator = " (";
        for (IOException failure : failures) {
            message.append(separator).append(failure.getMessage());
            separator = "; ";
        }
        message.append(failures.isEmpty() ? " (the name has no address)" : ")");
        IOException all = new ConnectException(message.toString());
        failures.forEach(all::addSuppressed);
        return all;
    }

    private static IOException withCause(IOException e, Throwable cause) {
        e.initCause(cause);
        return e;
    }

    private static String describe(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip == null ? address.getHostString() : ip.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public void cancel() {
        Future<List<InetAddress>> names = lookup;
        lookup = null;
        if (names != null) {
            names.cancel();
        }
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
    }
}
