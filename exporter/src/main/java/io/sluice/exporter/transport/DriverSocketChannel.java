package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.AbstractChannel;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.ChannelId;
import io.grpc.netty.shaded.io.netty.channel.ChannelMetadata;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.net.SocketStream;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.net.UnixStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Netty's view of one {@link SocketStream}, TCP or Unix-domain. Touched only inside its loop's turns; readiness comes in through wakers that
 * put a task into the loop.
 *
 * <p>Reads: Netty wants one when {@link #doBeginRead} says so; then the stream is read until it has nothing more or
 * Netty's allowance for one round is used, and if Netty still wants more the next round is another task. Without
 * {@code doBeginRead} nobody waits at the stream, so a consumer that is full stops the reading.
 *
 * <p>Writes: a flush writes until the stream takes no more; then flushes are held back until it does. What waits stays
 * in Netty's outbound buffer, whose size is the channel's writability.
 *
 * <p>Memory is the heap's throughout: the bytes cross into the kernel through the driver's few direct buffers.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel\'s outcome through its pipeline
public final class DriverSocketChannel extends AbstractChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    /** Reads in one round before the loop's other tasks get their turn. */
    private static final int READS_PER_ROUND = 16;

    /** Writes in one flush before the loop's other tasks get their turn. */
    private static final int WRITES_PER_FLUSH = 16;

    /** Bytes offered to one write; the stream takes heap memory in slices of this size anyway. */
    private static final int BYTES_PER_WRITE = 64 * 1024;

    private static final int PARTS_PER_WRITE = 256;

    private final Handle handle;
    private final Function<InetSocketAddress, Future<TcpStream>> connector;
    private final ChannelConfig config = new DriverChannelConfig(this);
    private final ReadSize readSize = new ReadSize();
    private final Context readContext;
    private final Context writeContext;
    private final Context connectContext;
    private final Runnable readTask = this::readRound;
    private final Runnable flushTask = this::flushAgain;

    /** Written in the loop, read by any thread. */
    private volatile @Nullable SocketStream stream;
    /** Written in the loop, read by any thread. */
    private volatile boolean open = true;

    private @Nullable Future<? extends SocketStream> connecting;
    private @Nullable ChannelPromise connectPromise;
    private java.util.concurrent.@Nullable Future<?> connectTimeout;

    /** Netty wants something to be read. */
    private boolean readWanted;
    /** A read is in the loop's queue. */
    private boolean readQueued;
    /** The stream had nothing more; the reader's waker is stored. */
    private boolean readBlocked;
    /** The stream took no more; the writer's waker is stored. */
    private boolean writeBlocked;

    /**
     * A channel that will connect to whichever address of a host answers first, in the order of the lookup.
     *
     * @param connectNanos what is divided among the addresses; the limit itself is the channel's connect timeout
     */
    public static DriverSocketChannel toHost(Handle handle, NameLookup names, long connectNanos) {
        return new DriverSocketChannel(handle, host -> new HostConnect(handle, names, host, connectNanos));
    }

    /** A channel that will connect. */
    DriverSocketChannel(Handle handle) {
        this(handle, address -> TcpStream.connect(handle, address));
    }

    /** @param connector how it will connect */
    DriverSocketChannel(Handle handle, Function<InetSocketAddress, Future<TcpStream>> connector) {
        this(handle, null, null, connector);
    }

    /** A channel for a stream that was accepted. */
    DriverSocketChannel(Handle handle, @Nullable Channel parent, @Nullable SocketStream stream) {
        this(handle, parent, stream, address -> TcpStream.connect(handle, address));
    }

    private DriverSocketChannel(
            Handle handle,
            @Nullable Channel parent,
            @Nullable SocketStream stream,
            Function<InetSocketAddress, Future<TcpStream>> connector) {
        super(parent);
        this.handle = handle;
        this.connector = connector;
        this.stream = stream;
        this.readContext = contextFor(this::readAgain);
        this.writeContext = contextFor(flushTask);
        this.connectContext = contextFor(this::pollConnect);
    }

    /** A context whose waker queues {@code task}. The loop bounds its turns itself, so there is no budget. */
    private Context contextFor(Runnable task) {
        return new Context(() -> queue(task), Coop.unconstrained(), handle);
    }

    private void queue(Runnable task) {
        if (!isRegistered()) {
            return;
        }
        try {
            eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            // A late wake for a channel that went down with its loop.
            return;
        }
    }

    @Override
    protected ChannelId newId() {
        return DriverChannelId.next();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && stream != null;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof DriverEventLoop;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new DriverUnsafe();
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((DriverEventLoop) eventLoop()).add(this);
        promise.setSuccess();
    }

    @Override
    protected void doDeregister() {
        ((DriverEventLoop) eventLoop()).remove(this);
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        SocketStream current = stream;
        try {
            return current == null ? null : current.localAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        SocketStream current = stream;
        try {
            return current == null ? null : current.peerAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("the system chooses the local address");
    }

    /** Bytes that the stream took so far. Any thread. */
    public long bytesWritten() {
        SocketStream current = stream;
        return current == null ? 0 : current.bytesWritten();
    }

    /** Bytes that the stream gave so far. Any thread. */
    public long bytesRead() {
        SocketStream current = stream;
        return current == null ? 0 : current.bytesRead();
    }

    // Reading

    @Override
    protected void doBeginRead() {
        readWanted = true;
        queueRead();
    }

    private void queueRead() {
        if (!readQueued && !readBlocked) {
            readQueued = true;
            eventLoop().execute(readTask);
        }
    }

    private void readAgain() {
        readBlocked = false;
        readRound();
    }

    private void readRound() {
        readQueued = false;
        SocketStream current = stream;
        if (!readWanted || !open || current == null) {
            return;
        }
        boolean ended = false;
        IOException broken = null;
        try {
            boolean more = true;
            for (int i = 0; i < READS_PER_ROUND && more && open; i++) {
                int read = readOnce(current);
                ended = read == AsyncIo.END;
                more = read > 0 && readSize.used(read);
            }
        } catch (IOException e) {
            broken = e;
        }
        // Whoever was given something is told that this was all for now; that is also where Netty asks for more.
        pipeline().fireChannelReadComplete();
        if (broken != null) {
            pipeline().fireExceptionCaught(broken);
        }
        if (ended || broken != null) {
            closeNow();
        } else if (readWanted) {
            queueRead();
        }
    }

    private int readOnce(SocketStream from) throws IOException {
        if (!from.pollReadable(readContext)) {
            readBlocked = true;
            return AsyncIo.PENDING;
        }
        int room = readSize.bytes();
        ReadBuffers buffers = ((DriverEventLoop) eventLoop()).readBuffers();
        ByteBuf buffer = buffers.take(config.getAllocator(), room);
        try {
            int read = from.pollRead(readContext, buffer.internalNioBuffer(0, room));
            if (read > 0) {
                buffer.writerIndex(read);
                readWanted = false;
                pipeline().fireChannelRead(buffer.retain());
            } else if (read == AsyncIo.PENDING) {
                readBlocked = true;
            }
            return read;
        } finally {
            buffers.giveBack(buffer);
        }
    }

    // Writing

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        throw new UnsupportedOperationException(
                "cannot write a " + message.getClass().getName());
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws IOException {
        SocketStream current = stream;
        if (current == null) {
            throw new NotYetConnectedException();
        }
        for (int i = 0; i < WRITES_PER_FLUSH; i++) {
            if (out.isEmpty()) {
                return;
            }
            ByteBuffer[] parts = out.nioBuffers(PARTS_PER_WRITE, BYTES_PER_WRITE);
            int count = out.nioBufferCount();
            if (count == 0) {
                // Only empty buffers: they count as written.
                out.removeBytes(0);
                continue;
            }
            long written = current.pollWritev(writeContext, parts, 0, count);
            if (written == AsyncIo.PENDING) {
                writeBlocked = true;
                return;
            }
            out.removeBytes(written);
        }
        if (!out.isEmpty()) {
            eventLoop().execute(flushTask);
        }
    }

    private void flushAgain() {
        writeBlocked = false;
        if (open) {
            ((DriverUnsafe) unsafe()).flush0();
        }
    }

    // Connecting

    private void pollConnect() {
        Future<? extends SocketStream> attempt = connecting;
        ChannelPromise promise = connectPromise;
        if (attempt == null || promise == null) {
            return;
        }
        Poll<? extends SocketStream> connected;
        try {
            connected = attempt.poll(connectContext);
        } catch (Exception e) {
            attempt.cancel();
            connectEnded();
            failConnect(promise, e);
            return;
        }
        if (connected.isReady()) {
            connectEnded();
            connected(promise, connected.get());
        }
    }

    private void connected(ChannelPromise promise, SocketStream established) {
        if (!open) {
            established.close();
            return;
        }
        stream = established;
        // False if the caller cancelled, who must then not be told that the channel is active.
        if (promise.trySuccess()) {
            pipeline().fireChannelActive();
        } else {
            closeNow();
        }
    }

    private void failConnect(ChannelPromise promise, Throwable failure) {
        promise.tryFailure(failure);
        closeNow();
    }

    private void connectTimedOut(long timeoutMillis, SocketAddress remote) {
        Future<? extends SocketStream> attempt = connecting;
        ChannelPromise promise = connectPromise;
        if (attempt != null && promise != null) {
            attempt.cancel();
            connectEnded();
            failConnect(
                    promise,
                    new ConnectException("no connection to " + describe(remote) + " within " + timeoutMillis + " ms"));
        }
    }

    private static String describe(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet
                ? inet.getHostString() + ":" + inet.getPort()
                : "unix:" + remote;
    }

    private void connectEnded() {
        connecting = null;
        connectPromise = null;
        if (connectTimeout != null) {
            connectTimeout.cancel(false);
            connectTimeout = null;
        }
    }

    // Ending

    /**
     * Closes the connection without a farewell: what waits to be written is dropped, and no handler is asked. For a
     * peer that takes nothing any more, before which every farewell would queue up for ever. Any thread.
     */
    public void abort() {
        queue(this::closeNow);
    }

    private void closeNow() {
        if (open) {
            unsafe().close(unsafe().voidPromise());
        }
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doShutdownOutput() throws IOException {
        SocketStream current = stream;
        if (current != null) {
            current.shutdownOutput();
        }
    }

    @Override
    protected void doClose() {
        open = false;
        Future<? extends SocketStream> attempt = connecting;
        ChannelPromise promise = connectPromise;
        connectEnded();
        if (attempt != null) {
            attempt.cancel();
        }
        if (promise != null) {
            promise.tryFailure(new ClosedChannelException());
        }
        SocketStream current = stream;
        if (current != null) {
            current.close();
        }
    }

    private final class DriverUnsafe extends AbstractUnsafe {

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            if (connecting != null) {
                promise.tryFailure(new ConnectionPendingException());
                return;
            }
            if (stream != null) {
                promise.tryFailure(new AlreadyConnectedException());
                return;
            }
            connecting = remote instanceof UnixDomainSocketAddress file
                    ? UnixStream.connect(handle, file)
                    : connector.apply((InetSocketAddress) remote);
            connectPromise = promise;
            int timeoutMillis = config.getConnectTimeoutMillis();
            if (timeoutMillis > 0) {
                connectTimeout = eventLoop()
                        .schedule(() -> connectTimedOut(timeoutMillis, remote), timeoutMillis, TimeUnit.MILLISECONDS);
            }
            pollConnect();
        }

        /** While the stream takes no more, its waker flushes next. */
        @Override
        protected void flush0() {
            if (!writeBlocked) {
                super.flush0();
            }
        }
    }
}
