package io.sluice.runtime.net;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a host, asked of the system on the blocking pool, since there is no way to ask it without waiting.
 * Follows {@code tokio::net::lookup_host}.
 */
public final class NameLookup implements Future<List<InetAddress>> {

    private final Handle handle;
    private final String host;

    /** Owner only; null before the first poll and after the end. */
    private @Nullable JoinHandle<InetAddress[]> asking;

    private NameLookup(Handle handle, String host) {
        this.handle = requireNonNull(handle, "handle");
        this.host = requireNonNull(host, "host");
    }

    /**
     * All addresses of {@code host}, which may be one itself, in the order that the system prefers; at least one. Fails
     * with {@link UnknownHostException} naming the host. Cancelling leaves a lookup that has begun to its thread.
     */
    public static NameLookup of(Handle handle, String host) {
        return new NameLookup(handle, host);
    }

    @Override
    public Poll<List<InetAddress>> poll(Context cx) throws Exception {
        JoinHandle<InetAddress[]> current = asking;
        if (current == null) {
            current = handle.spawnBlocking(() -> InetAddress.getAllByName(host));
            asking = current;
        }
        try {
            Poll<InetAddress[]> addresses = current.poll(cx);
            if (addresses.isPending()) {
                return Poll.pending();
            }
            asking = null;
            return Poll.ready(List.of(addresses.get()));
        } catch (JoinException e) {
            asking = null;
            throw failed(e);
        }
    }

    private IOException failed(JoinException e) {
        if (e.getCause() instanceof UnknownHostException unknown) {
            IOException named = new UnknownHostException("unknown host " + host);
            named.initCause(unknown);
            return named;
        }
        return new IOException("looking up " + host + " failed: " + e.getMessage(), e);
    }

    @Override
    public void cancel() {
        JoinHandle<InetAddress[]> current = asking;
        asking = null;
        if (current != null) {
            current.abort();
            current.detach();
        }
    }
}
