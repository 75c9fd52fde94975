package io.sluice.exporter.transport;

import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.net.SocketStream;
import io.sluice.runtime.net.UnixListener;
import io.sluice.runtime.net.UnixStream;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A listener on a socket file. Whoever owns the file, and its group, may connect. A file that a process left behind that
 * is no more is replaced; one that somebody listens on, or that is no socket, is not touched. The file goes when the
 * listener is closed, unless another one has taken its place.
 */
final class UnixListening implements Listening {

    private static final String OWNER_AND_GROUP = "rw-rw----";

    private final UnixListener listener;
    private final Path file;
    private final Object identity;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixListening(UnixListener listener, Path file, Object identity) {
        this.listener = listener;
        this.file = file;
        this.identity = identity;
    }

    static UnixListening bind(Handle handle, UnixDomainSocketAddress address) throws IOException {
        Path file = address.getPath();
        removeLeftover(handle, address);
        UnixListener listener = UnixListener.bind(handle, address);
        boolean bound = false;
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OWNER_AND_GROUP));
            UnixListening listening = new UnixListening(listener, file, identity(file));
            bound = true;
            return listening;
        } finally {
            if (!bound) {
                listener.close();
            }
        }
    }

    private static void removeLeftover(Handle handle, UnixDomainSocketAddress address) throws IOException {
        Path file = address.getPath();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            throw new BindException("cannot listen on unix:" + file + ": the file exists and is no socket");
        }
        if (isListenedOn(handle, address)) {
            throw new BindException("cannot listen on unix:" + file + ": another process does");
        }
        Files.delete(file);
    }

    /** Connecting to a socket file does not wait: nobody is there, or somebody who is too busy at worst. */
    private static boolean isListenedOn(Handle handle, UnixDomainSocketAddress address) throws IOException {
        Future<UnixStream> probe = UnixStream.connect(handle, address);
        boolean done = false;
        try {
            Poll<UnixStream> connected = probe.poll(new Context(Waker.NOOP, Coop.unconstrained(), handle));
            done = connected.isReady();
            if (done) {
                connected.get().close();
            }
            return true;
        } catch (ConnectException refused) {
            // Of all reasons only this one says that nobody is there.
            return !(refused.getCause() instanceof ConnectException);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot ask who listens on unix:" + address, e);
        } finally {
            if (!done) {
                probe.cancel();
            }
        }
    }

    private static Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        return key == null ? file : key;
    }

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
        if (closed.compareAndSet(false, true)) {
            removeOwn();
        }
    }

    private void removeOwn() {
        try {
            if (identity(file).equals(identity)) {
                Files.delete(file);
            }
        } catch (IOException gone) {
            // Somebody else has removed it, or will have to.
            return;
        }
    }
}
