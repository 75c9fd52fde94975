package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.channel.AbstractServerChannel;
import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.ChannelId;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.DefaultChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.net.SocketStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;

/**
 * Netty's view of one {@link Listening}: reads are connections, handed to the pipeline as channels that nobody has
 * registered yet. Touched only inside its loop's turns, like {@link DriverSocketChannel}.
 *
 * <p>A failed accept reaches the pipeline as an exception and ends the round; whoever handles it decides, by asking for
 * the next read, when to go on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel\'s outcome through its pipeline
final class DriverServerChannel extends AbstractServerChannel {

    /** Connections taken in one round before the loop's other tasks get their turn. */
    private static final int ACCEPTS_PER_ROUND = 16;

    private final Handle handle;
    private final Listening listener;
    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final Context acceptContext;

    /** Written in the loop, read by any thread. */
    private volatile boolean open = true;

    private boolean readWanted;
    private boolean acceptQueued;
    private boolean acceptBlocked;

    /** Takes over a listener that is bound. */
    DriverServerChannel(Handle handle, Listening listener) {
        this.handle = handle;
        this.listener = listener;
        this.acceptContext = new Context(this::wake, Coop.unconstrained(), handle);
        HeapAllocator.install(config);
    }

    private void wake() {
        try {
            eventLoop().execute(this::acceptAgain);
        } catch (RejectedExecutionException e) {
            // A late wake for a listener that went down with its loop.
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
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof DriverEventLoop;
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
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("the listener is bound already");
    }

    @Override
    protected SocketAddress localAddress0() {
        return listener.localAddress();
    }

    @Override
    protected void doClose() {
        open = false;
        listener.close();
    }

    @Override
    protected void doBeginRead() {
        readWanted = true;
        queueAccept();
    }

    private void queueAccept() {
        if (!acceptQueued && !acceptBlocked) {
            acceptQueued = true;
            eventLoop().execute(this::accept);
        }
    }

    private void acceptAgain() {
        acceptBlocked = false;
        accept();
    }

    private void accept() {
        acceptQueued = false;
        if (!readWanted || !open) {
            return;
        }
        IOException failed = null;
        try {
            for (int i = 0; i < ACCEPTS_PER_ROUND && !acceptBlocked && open; i++) {
                acceptOne();
            }
        } catch (IOException e) {
            failed = e;
        }
        if (acceptBlocked) {
            return;
        }
        readWanted = false;
        if (failed != null && open) {
            pipeline().fireExceptionCaught(failed);
        }
        pipeline().fireChannelReadComplete();
    }

    private void acceptOne() throws IOException {
        Poll<? extends SocketStream> accepted = listener.pollAccept(acceptContext);
        if (accepted.isPending()) {
            acceptBlocked = true;
            return;
        }
        pipeline().fireChannelRead(new DriverSocketChannel(handle, this, accepted.get()));
    }
}
