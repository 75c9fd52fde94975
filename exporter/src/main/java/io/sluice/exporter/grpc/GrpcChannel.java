package io.sluice.exporter.grpc;

import io.grpc.CompressorRegistry;
import io.grpc.Deadline;
import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.NameResolverRegistry;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.sluice.exporter.tls.TlsContexts;
import io.sluice.exporter.transport.DriverEventLoopGroup;
import io.sluice.exporter.transport.NameLookup;
import io.sluice.exporter.transport.TlsHandlers;
import io.sluice.exporter.transport.UserAgent;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.sync.OnceCell;
import io.sluice.runtime.time.Clock;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way into grpc-java: one channel, made by the first call that needs it, on an event loop and connections of ours.
 *
 * <p>What of grpc-java's own is switched off: retries, which would hide attempts from the one who counts them; name
 * resolution, since each connection looks its name up; service configurations from the name service; reconnecting by
 * itself. Callbacks run on the event loop, or within the call that causes them; none of ours waits.
 *
 * <p>Any thread.
 */
final class GrpcChannel {

    private static final long DEADLINE_MARGIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What {@link #made} is when nothing more is to be made; never used as a channel. */
    private static final Object CLOSED = new Object();

    private final Handle handle;
    private final GrpcTransportSettings settings;
    private final Metadata headers;
    private final DriverEventLoopGroup loops;
    private final GrpcConnections connections;
    private final OnceCell<ManagedChannel> making = new OnceCell<>();

    /** Null, then perhaps a ManagedChannel, then CLOSED. */
    private final AtomicReference<@Nullable Object> made = new AtomicReference<>();

    /** A call was answered since the last renewal: however short the maximum age, a connection carries something. */
    private final AtomicBoolean proven = new AtomicBoolean();

    /** @param contexts null for plain text */
    GrpcChannel(Handle handle, GrpcTransportSettings settings, NameLookup names, @Nullable TlsContexts contexts) {
        this.handle = handle;
        this.settings = settings;
        this.headers = GrpcHeaders.of(settings.headers());
        this.loops = new DriverEventLoopGroup(handle, "grpc-transport", 1);
        URI endpoint = settings.endpoint();
        TlsHandlers tls = contexts == null
                ? null
                : new TlsHandlers(contexts, handle, withoutBrackets(endpoint.getHost()), AddressAsGiven.port(endpoint));
        this.connections =
                new GrpcConnections(handle, names, tls, settings.common().connectTimeoutMillis());
    }

    GrpcConnections connections() {
        return connections;
    }

    DriverEventLoopGroup loops() {
        return loops;
    }

    boolean isClosed() {
        return made.get() == CLOSED;
    }

    /** Fresh metadata of a call. */
    Metadata headers() {
        Metadata copy = new Metadata();
        copy.merge(headers);
        return copy;
    }

    /**
     * The limit of one attempt as grpc-java wants to see it and tells the peer, on the runtime's clock. A little later
     * than our own, which knows better what to do then.
     */
    Deadline deadline(Duration left) {
        Clock clock = handle.timeDriver().clock();
        long nanos = left.toNanos() + DEADLINE_MARGIN_NANOS;
        return Deadline.after(nanos, TimeUnit.NANOSECONDS, new Deadline.Ticker() {
            @Override
            public long nanoTime() {
                return clock.nanoTime();
            }
        });
    }

    /** The channel, or null if it must be awaited by {@link #open}. */
    @Nullable
    ManagedChannel ifOpen() {
        return making.get();
    }

    /** The channel, connecting if it is new. Fails with JoinException, cancelled, if the runtime is shutting down. */
    Future<ManagedChannel> open() {
        return making.getOrInit(() -> handle.spawnBlocking(this::make));
    }

    /**
     * May take half a second: it loads a thousand classes, and asking for the connection right away loads those of
     * HTTP/2 here as well and not on a worker.
     */
    private ManagedChannel make() {
        ManagedChannel fresh = build();
        if (!made.compareAndSet(null, fresh)) {
            // Closed meanwhile, or made by an attempt that gave up before it learnt so.
            fresh.shutdownNow();
            return made.get() instanceof ManagedChannel other ? other : fresh;
        }
        fresh.getState(true);
        return fresh;
    }

    private ManagedChannel build() {
        LoadBalancerRegistry.getDefaultRegistry().register(OneConnection.PROVIDER);
        NameResolverRegistry.getDefaultRegistry().register(AddressAsGiven.PROVIDER);
        CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
        compressors.register(new GzippedBefore());
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget(AddressAsGiven.target(settings.endpoint()))
                .channelFactory(connections, null)
                .eventLoopGroup(loops)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS, settings.common().connectTimeoutMillis())
                .usePlaintext()
                .directExecutor()
                .offloadExecutor(blocking())
                .defaultLoadBalancingPolicy(OneConnection.POLICY)
                .disableServiceConfigLookUp()
                .disableRetry()
                .compressorRegistry(compressors)
                .maxInboundMessageSize(settings.maxResponseBytes())
                .userAgent(UserAgent.text());
        if (GrpcTransportSettings.isSecure(settings.endpoint())) {
            SecureScheme.install(builder);
        }
        return builder.build();
    }

    private Executor blocking() {
        return work -> handle.spawnBlocking(() -> {
                    work.run();
                    return null;
                })
                .detach();
    }

    /** The peer answered a call. */
    void answered() {
        if (!proven.get()) {
            proven.set(true);
        }
    }

    /** Before each call: if the connection has reached the maximum age, {@link #renew}. */
    void renewIfOld() {
        if (proven.get() && settings.common().isTooOld(connections.ageNanos()) && proven.getAndSet(false)) {
            renew();
        }
    }

    /** New calls get a new connection; those in flight end where they are. Does not wait. */
    void renew() {
        if (made.get() instanceof ManagedChannel open) {
            open.enterIdle();
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Ends every call; asks connections to say farewell. Does not wait. Idempotent. */
    void close() {
        if (made.getAndSet(CLOSED) instanceof ManagedChannel open) {
            open.shutdownNow();
        }
    }
}
