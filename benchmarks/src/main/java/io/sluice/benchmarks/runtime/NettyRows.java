package io.sluice.benchmarks.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sluice.benchmarks.LatencyHistogram;
import io.sluice.runtime.time.Clock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * WORKLOADS h1 to h3 and the file by sendfile on Netty with two NIO event loops, in a process of its own: {@code
 * [--quick] [row...]}; prints what {@link RuntimeRows} prints.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, which the rows wait for
public final class NettyRows {

    private static final int MESSAGE_BYTES = 64;

    private final Clock clock = Clock.system();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    private NettyRows() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(Arrays.asList(arguments));
        boolean quick = rows.remove("--quick");
        NettyRows netty = new NettyRows();
        NettyTransfers transfers = new NettyTransfers(netty.loops, netty.clock);
        Map<String, Run> all = new LinkedHashMap<>();
        all.put("h1", () -> netty.echo(100, 2));
        all.put("h2", () -> netty.echo(1, 1));
        all.put("h3", () -> new double[] {transfers.stream(2)});
        all.put("file_sendfile", () -> new double[] {transfers.sendFile()});
        for (Map.Entry<String, Run> row : all.entrySet()) {
            if (rows.isEmpty() || rows.contains(row.getKey())) {
                run(row.getKey(), row.getValue(), quick);
            }
        }
        netty.loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    /** One run of a row. */
    private interface Run {
        double[] measure() throws Exception;
    }

    private static void run(String row, Run run, boolean quick) throws Exception {
        boolean isLong = row.startsWith("h");
        double[] first = run.measure();
        for (int i = 0; i < (isLong ? (quick ? 0 : 1) : 20); i++) {
            run.measure();
        }
        List<double[]> runs = new ArrayList<>();
        for (int i = 0; i < (quick && isLong ? 2 : 7); i++) {
            runs.add(run.measure());
        }
        List<Figure> figures = first.length == 1 ? List.of(new Figure(row, "MiB/s")) : Figure.trips(row);
        Figure.print(figures, first, runs, "- -");
    }

    private double[] echo(int connections, int seconds) throws Exception {
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(initializer(Echo::new))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        long startNanos = clock.nanoTime();
        long endNanos = startNanos + TimeUnit.SECONDS.toNanos(seconds);
        List<Client> clients = new ArrayList<>();
        List<ChannelFuture> ends = new ArrayList<>();
        Bootstrap bootstrap =
                new Bootstrap().group(loops).channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true);
        for (int i = 0; i < connections; i++) {
            Client client = new Client(clock, endNanos);
            clients.add(client);
            Channel channel = bootstrap
                    .clone()
                    .handler(client)
                    .connect(server.localAddress())
                    .sync()
                    .channel();
            ends.add(channel.closeFuture());
        }
        for (ChannelFuture end : ends) {
            end.sync();
        }
        double elapsed = clock.nanoTime() - startNanos;
        server.close().sync();
        LatencyHistogram trips = new LatencyHistogram();
        clients.forEach(client -> trips.add(client.trips));
        return new double[] {
            trips.count() * (double) TimeUnit.SECONDS.toNanos(1) / elapsed,
            trips.quantile(0.5) / 1_000.0,
            trips.quantile(0.99) / 1_000.0,
            trips.quantile(0.999) / 1_000.0
        };
    }

    /** Makes a handler for each channel. */
    private interface Handlers {
        ChannelHandler make();
    }

    private static ChannelInitializer<Channel> initializer(Handlers handlers) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers.make());
            }
        };
    }

    /** Messages of 64 bytes arrive whole over loopback; what does not is joined by writing back what came. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message, context.voidPromise());
        }
    }

    /** Event loop only, until its channel is closed. */
    private static final class Client extends ChannelInboundHandlerAdapter {
        private final Clock clock;
        private final long endNanos;
        private final LatencyHistogram trips = new LatencyHistogram();
        private long sentNanos;
        private int received;

        Client(Clock clock, long endNanos) {
            this.clock = clock;
            this.endNanos = endNanos;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            sentNanos = clock.nanoTime();
            send(context);
        }

        private static void send(ChannelHandlerContext context) {
            ByteBuf message = context.alloc().buffer(MESSAGE_BYTES).writeZero(MESSAGE_BYTES);
            context.writeAndFlush(message, context.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            received += bytes.readableBytes();
            bytes.release();
            if (received < MESSAGE_BYTES) {
                return;
            }
            received = 0;
            long nowNanos = clock.nanoTime();
            trips.record(nowNanos - sentNanos);
            sentNanos = nowNanos;
            if (nowNanos - endNanos < 0) {
                send(context);
            } else {
                context.close();
            }
        }
    }
}
