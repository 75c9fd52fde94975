package io.sluice.benchmarks.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sluice.runtime.time.Clock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One stream from one event loop to another: WORKLOADS h3, and a file by Netty's way to sendfile. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, which the reader waits for
final class NettyTransfers {

    private static final int CHUNK_BYTES = 64 * 1024;

    private final EventLoopGroup loops;
    private final Clock clock;

    NettyTransfers(EventLoopGroup loops, Clock clock) {
        this.loops = loops;
        this.clock = clock;
    }

    /** MiB a second, measured where they are read. */
    double stream(long seconds) throws Exception {
        Received received = transfer(new Pouring(clock, seconds));
        return received.bytes / (double) (1 << 20) / ((received.endNanos - received.startNanos) / 1e9);
    }

    /** MiB a second; see {@link FileRows#send}. */
    double sendFile() throws Exception {
        SendingFile sender = new SendingFile(clock);
        Received received = transfer(sender);
        return FileRows.mebibytesPerSecond(
                (long) FileRows.MEBIBYTES << 20, received.bytes, received.endNanos - sender.startNanos);
    }

    private Received transfer(ChannelHandler sender) throws Exception {
        CompletableFuture<Received> ended = new CompletableFuture<>();
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new Counting(clock, ended))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(sender)
                .connect(server.localAddress())
                .sync();
        Received received = ended.get(1, TimeUnit.MINUTES);
        server.close().sync();
        return received;
    }

    private record Received(long bytes, long startNanos, long endNanos) {}

    /** Event loop only. */
    private static final class Counting extends ChannelInboundHandlerAdapter {
        private final Clock clock;
        private final CompletableFuture<Received> ended;
        private long startNanos;
        private long bytes;

        Counting(Clock clock, CompletableFuture<Received> ended) {
            this.clock = clock;
            this.ended = ended;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            startNanos = clock.nanoTime();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf read = (ByteBuf) message;
            bytes += read.readableBytes();
            read.release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            ended.complete(new Received(bytes, startNanos, clock.nanoTime()));
        }
    }

    /** Event loop only. */
    private static final class Pouring extends ChannelInboundHandlerAdapter {
        private final Clock clock;
        private final long seconds;
        private final ByteBuf chunk =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer(CHUNK_BYTES).writeZero(CHUNK_BYTES));
        private long endNanos;

        Pouring(Clock clock, long seconds) {
            this.clock = clock;
            this.seconds = seconds;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            endNanos = clock.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            pour(context);
        }

        /** A flush that took all has made the channel writable again, and is told of by a call from within it. */
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                context.executor().execute(() -> pour(context));
            }
        }

        private void pour(ChannelHandlerContext context) {
            while (context.channel().isWritable()) {
                if (clock.nanoTime() - endNanos >= 0) {
                    context.close();
                    return;
                }
                context.writeAndFlush(chunk.duplicate(), context.voidPromise());
            }
        }
    }

    /** Event loop only, until its channel is closed. */
    private static final class SendingFile extends ChannelInboundHandlerAdapter {
        private final Clock clock;
        private volatile long startNanos;

        SendingFile(Clock clock) {
            this.clock = clock;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            startNanos = clock.nanoTime();
            long bytes = (long) FileRows.MEBIBYTES << 20;
            context.writeAndFlush(new DefaultFileRegion(FileRows.file().toFile(), 0, bytes))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }
}
