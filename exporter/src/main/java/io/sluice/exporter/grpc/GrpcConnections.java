package io.sluice.exporter.grpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.sluice.exporter.transport.AddressTurns;
import io.sluice.exporter.transport.ByteCounts;
import io.sluice.exporter.transport.DriverSocketChannel;
import io.sluice.exporter.transport.FailureWords;
import io.sluice.exporter.transport.NameLookup;
import io.sluice.exporter.transport.TlsHandlers;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Notify;
import io.sluice.runtime.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The connections under one channel of grpc-java: made for it, counted, and closed if they are dead.
 *
 * <p>A connection is dead if a call on it ran into its time limit and it gave not one byte in all that time; a peer
 * that merely is slow still moves its flow control. grpc-java would go on using it until the operating system gives up,
 * a quarter of an hour later, and before a peer that takes nothing could not even close it. Keep-alive pings would find
 * out, too, but servers punish those that come more often than every five minutes.
 *
 * <p>Guarded by itself; any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel's outcome through its pipeline
final class GrpcConnections implements ChannelFactory<Channel> {

    /** What is offered in ALPN (RFC 7540, section 3.3). */
    private static final List<String> HTTP_2 = List.of("h2");

    private final Handle handle;
    private final Clock clock;
    private final AddressTurns names;
    private final long connectNanos;
    private final @Nullable TlsHandlers tls;
    private final int connectTimeoutMillis;
    private final ByteCounts counts = new ByteCounts();
    private final Notify ended = new Notify();

    /** Those that are open or being made, and since when. */
    private final Map<DriverSocketChannel, Long> open = new HashMap<>();

    /** Why the last connection has no TLS; null if it has, or does not want it. Any thread. */
    private volatile @Nullable Throwable handshakeFailure;

    /** When the youngest was made. Any thread. */
    private volatile long youngestNanos;

    /** @param tls null for plain text */
    GrpcConnections(Handle handle, NameLookup names, @Nullable TlsHandlers tls, int connectTimeoutMillis) {
        this.handle = handle;
        this.names = new AddressTurns(names);
        this.connectNanos = TimeUnit.MILLISECONDS.toNanos(connectTimeoutMillis);
        this.tls = tls;
        this.connectTimeoutMillis = connectTimeoutMillis;
        this.clock = handle.timeDriver().clock();
    }

    /** What all connections had given when a call began. */
    record Mark(Map<DriverSocketChannel, Long> bytesRead, long atNanos) {}

    @Override
    public Channel newChannel() {
        DriverSocketChannel channel = DriverSocketChannel.toHost(handle, names, connectNanos);
        counts.add(channel);
        long nowNanos = clock.nanoTime();
        youngestNanos = nowNanos;
        synchronized (this) {
            open.put(channel, nowNanos);
        }
        channel.closeFuture().addListener(closed -> remove(channel));
        handshakeFailure = null;
        if (tls != null) {
            channel.pipeline().addLast(newHandshake(tls));
        }
        return channel;
    }

    private SslHandler newHandshake(TlsHandlers handlers) {
        SslHandler handshake = handlers.newHandler(handlers.contexts().current(), HTTP_2);
        handshake.setHandshakeTimeoutMillis(connectTimeoutMillis);
        handshake.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                handshakeFailure = done.cause();
            }
        });
        return handshake;
    }

    /**
     * What TLS has to do with a call that ended without a word of the peer.
     *
     * @param cause what grpc-java knows of it
     */
    Optional<String> tlsWords(@Nullable Throwable cause) {
        if (tls == null) {
            return Optional.empty();
        }
        Throwable failure =
                handshakeFailure == null && cause != null ? FailureWords.unwrapped(cause) : handshakeFailure;
        return failure == null || (handshakeFailure == null && !(failure instanceof SSLException))
                ? Optional.empty()
                : Optional.of(FailureWords.ofTls(failure, tls, connectTimeoutMillis));
    }

    private void remove(DriverSocketChannel channel) {
        counts.remove(channel);
        synchronized (this) {
            open.remove(channel);
        }
        ended.notifyWaiters();
    }

    /** How old the youngest connection is; meaningful once there was one. */
    long ageNanos() {
        return clock.nanoTime() - youngestNanos;
    }

    ByteCounts counts() {
        return counts;
    }

    synchronized Mark mark() {
        Map<DriverSocketChannel, Long> bytesRead = new HashMap<>();
        open.keySet().forEach(channel -> bytesRead.put(channel, channel.bytesRead()));
        return new Mark(bytesRead, clock.nanoTime());
    }

    /**
     * Closes what has been silent since {@code mark}, or for the longer part of that time if it was made since. Calls on
     * it end Unreachable, and the next one makes a connection.
     */
    void closeSilent(Mark mark) {
        long now = clock.nanoTime();
        List<DriverSocketChannel> silent = new ArrayList<>();
        synchronized (this) {
            open.forEach((channel, sinceNanos) -> {
                Long before = mark.bytesRead().get(channel);
                boolean longEnough = before != null || now - sinceNanos >= (now - mark.atNanos()) / 2;
                if (longEnough && channel.bytesRead() == (before == null ? 0 : before)) {
                    silent.add(channel);
                }
            });
        }
        silent.forEach(DriverSocketChannel::abort);
    }

    private synchronized boolean isEmpty() {
        return open.isEmpty();
    }

    /** Ready when no connection is open. */
    Future<Void> none() {
        return new Future<>() {
            private Notify.Notified next = ended.notified();

            @Override
            public Poll<Void> poll(io.sluice.runtime.Context cx) {
                while (!isEmpty()) {
                    if (next.poll(cx).isPending()) {
                        return Poll.pending();
                    }
                    next = ended.notified();
                }
                next.cancel();
                return Poll.ready();
            }

            @Override
            public void cancel() {
                next.cancel();
            }
        };
    }
}
