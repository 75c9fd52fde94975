package io.sluice.exporter.transport;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.time.Clock;
import io.sluice.runtime.time.Sleep;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a host, by whichever of its addresses answers first in their order. Each gets an equal share of the
 * time that is left, so that one that is silent does not keep us from those behind it.
 *
 * <pre>
 *   lookup --addresses--> next address --waiting--> connected: Ready
 *                              ^           |
 *                              +-- failed, share is over; none left: fails with what each of them answered
 * </pre>
 *
 * <p>The limit for all of it together is the caller's to keep. All fields: whoever polls or cancels.
 */
final class HostConnect implements Future<TcpStream> {

    private final Handle handle;
    private final NameLookup names;
    private final InetSocketAddress host;
    private final Clock clock;
    private final long deadlineNanos;
    private final Deque<InetSocketAddress> untried = new ArrayDeque<>();
    private final List<String> failures = new ArrayList<>();

    private boolean lookedUp;
    private @Nullable JoinHandle<List<InetAddress>> lookup;
    private @Nullable Future<TcpStream> attempt;
    private @Nullable Sleep share;
    private @Nullable InetSocketAddress tried;

    /**
     * @param host unresolved
     * @param timeoutNanos what is divided among the addresses
     */
    HostConnect(Handle handle, NameLookup names, InetSocketAddress host, long timeoutNanos) {
        this.handle = handle;
        this.names = names;
        this.host = host;
        this.clock = handle.timeDriver().clock();
        this.deadlineNanos = clock.nanoTime() + timeoutNanos;
    }

    @Override
    public Poll<TcpStream> poll(Context cx) throws Exception {
        if (!lookedUp && !pollLookup(cx)) {
            return Poll.pending();
        }
        while (true) {
            if (attempt == null) {
                startNext();
            }
            Poll<TcpStream> connected = pollAttempt(cx);
            if (connected.isReady()) {
                return connected;
            }
            if (attempt != null && !shareIsOver(cx)) {
                return Poll.pending();
            }
        }
    }

    /** Whether the addresses are known. */
    private boolean pollLookup(Context cx) throws IOException {
        if (lookup == null) {
            lookup = handle.spawnBlocking(() -> names.addresses(host.getHostString()));
        }
        try {
            Poll<List<InetAddress>> found = lookup.poll(cx);
            if (found.isPending()) {
                return false;
            }
            lookup = null;
            lookedUp = true;
            found.get().forEach(address -> untried.add(new InetSocketAddress(address, host.getPort())));
            return true;
        } catch (JoinException e) {
            lookup = null;
            if (e.getCause() instanceof UnknownHostException) {
                throw unknownHost(e);
            }
            throw new IOException("looking up " + host.getHostString() + " failed: " + e.getMessage(), e);
        }
    }

    private UnknownHostException unknownHost(JoinException cause) {
        UnknownHostException unknown = new UnknownHostException("unknown host " + host.getHostString());
        unknown.initCause(cause.getCause());
        return unknown;
    }

    private void startNext() throws ConnectException {
        if (untried.isEmpty()) {
            throw new ConnectException("cannot connect to " + host.getHostString() + ":" + host.getPort() + " ("
                    + (failures.isEmpty() ? "the name has no address" : String.join("; ", failures)) + ")");
        }
        long leftNanos = Math.max(0, deadlineNanos - clock.nanoTime());
        // The last one has until whoever waits for us gives up.
        share = untried.size() == 1 ? null : handle.sleep(Duration.ofNanos(leftNanos / untried.size()));
        tried = untried.remove();
        attempt = TcpStream.connect(handle, tried);
    }

    /** Pending, too, if the attempt failed, which then is gone. */
    private Poll<TcpStream> pollAttempt(Context cx) throws Exception {
        Future<TcpStream> current = attempt;
        if (current == null) {
            return Poll.pending();
        }
        try {
            Poll<TcpStream> connected = current.poll(cx);
            if (connected.isReady()) {
                attempt = null;
                endShare();
            }
            return connected;
        } catch (IOException e) {
            failed(reason(e));
            return Poll.pending();
        }
    }

    private boolean shareIsOver(Context cx) {
        if (share == null || !share.pollElapsed(cx)) {
            return false;
        }
        failed(describe(tried) + ": no answer");
        return true;
    }

    private void failed(String why) {
        failures.add(why);
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
        endShare();
    }

    private void endShare() {
        if (share != null) {
            share.cancel();
            share = null;
        }
    }

    /** What the one address answered, without the words around it that are for several. */
    private String reason(IOException e) {
        Throwable one = e.getSuppressed().length == 1 ? e.getSuppressed()[0] : e;
        return one.getMessage() == null
                ? describe(tried) + ": " + one.getClass().getSimpleName()
                : one.getMessage();
    }

    private static String describe(@Nullable InetSocketAddress address) {
        if (address == null) {
            return "no address";
        }
        String ip = address.getAddress().getHostAddress();
        return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }

    @Override
    public void cancel() {
        if (lookup != null) {
            lookup.abort();
            lookup.detach();
            lookup = null;
        }
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
        endShare();
    }
}
