package io.sluice.exporter.transport;

import static io.sluice.exporter.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.runtime.AsyncRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What we rely on in Netty's channel and outbound buffer, and what Netty may rely on in ours. */
@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored")
class DriverSocketChannelTest {

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private final DriverEventLoopGroup group = new DriverEventLoopGroup(runtime.handle(), "loop", 1);
    private final Events events = new Events();
    private ServerSocket listener;
    private DriverSocketChannel channel;
    private Socket peer;

    @BeforeEach
    void connect() throws Exception {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        channel = new DriverSocketChannel(runtime.handle());
        channel.pipeline().addLast(events);
        assertThat(group.register(channel).await(10, TimeUnit.SECONDS)).isTrue();
        ChannelFuture connected =
                channel.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));
        assertThat(connected.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(connected.isSuccess()).isTrue();
        peer = listener.accept();
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        listener.close();
        runtime.blockOn(group.close());
        assertThat(runtime.handle().ioDriver().registrations()).isZero();
        runtime.close();
    }

    @Test
    void events_comeInNettysOrder() throws Exception {
        peer.getOutputStream().write(new byte[10]);
        await(() -> events.bytes.get() == 10);
        peer.close();
        await(() -> events.log.contains("unregistered"));

        assertThat(events.log)
                .containsSubsequence("registered", "active", "read", "complete", "inactive", "unregistered");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.closeFuture().isDone()).isTrue();
    }

    @Test
    void writes_againstAPeerThatDoesNotRead_stopWithoutSpinning_andGoOnLater() throws Exception {
        byte[] bytes = new byte[16 << 20];
        new Random(3).nextBytes(bytes);
        ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        await(() -> channel.bytesWritten() > 0 && !channel.isWritable());
        long stalledAt = settledBytesWritten();
        for (int i = 0; i < 100; i++) {
            // Flushes of a full channel do nothing; they do not lose the data either.
            channel.eventLoop().submit(() -> channel.flush()).get(10, TimeUnit.SECONDS);
        }
        assertThat(channel.bytesWritten()).isEqualTo(stalledAt);
        assertThat(written.isDone()).isFalse();

        InputStream in = peer.getInputStream();
        assertThat(in.readNBytes(bytes.length)).isEqualTo(bytes);

        assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(channel.bytesWritten()).isEqualTo(bytes.length);
        await(channel::isWritable);
        assertThat(events.log).contains("unwritable", "writable");
    }

    @Test
    void writes_ofManyPieces_someOfThemEmpty_keepTheirOrder() throws Exception {
        int pieces = 3_000;
        byte[] expected = new byte[pieces];
        channel.eventLoop().execute(() -> {
            for (int i = 0; i < pieces; i++) {
                channel.write(Unpooled.EMPTY_BUFFER);
                channel.write(channel.alloc().buffer(1).writeByte(i));
            }
            channel.write(Unpooled.EMPTY_BUFFER);
            channel.flush();
        });
        for (int i = 0; i < pieces; i++) {
            expected[i] = (byte) i;
        }
        assertThat(peer.getInputStream().readNBytes(pieces)).isEqualTo(expected);
    }

    @Test
    void reads_stopWhileNobodyAsks_andNothingIsLost() throws Exception {
        channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).get(10, TimeUnit.SECONDS);
        peer.getOutputStream().write(new byte[100_000]);
        // At most the read that was asked for before autoRead went off.
        int before = events.reads.get();
        channel.eventLoop().submit(() -> {}).get(10, TimeUnit.SECONDS);
        assertThat(events.reads.get() - before).isLessThanOrEqualTo(16);

        channel.eventLoop().submit(() -> channel.config().setAutoRead(true)).get(10, TimeUnit.SECONDS);

        await(() -> events.bytes.get() == 100_000);
    }

    @Test
    void close_failsWritesThatWait_andGivesTheirMemoryBack() throws Exception {
        long before = HeapAllocator.INSTANCE.metric().usedHeapMemory();
        ByteBuf large = HeapAllocator.INSTANCE.heapBuffer(16 << 20).writeZero(16 << 20);
        ChannelFuture written = channel.writeAndFlush(large);
        await(() -> channel.bytesWritten() > 0);

        channel.close().await(10, TimeUnit.SECONDS);

        assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(written.cause()).isInstanceOf(ClosedChannelException.class);
        // A reader that came away empty may just have held a buffer of its own.
        await(() -> HeapAllocator.INSTANCE.metric().usedHeapMemory() <= before);
        assertThat(channel.writeAndFlush(Unpooled.buffer(1)).await().cause())
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void reset_isSeenAsAnExceptionAndThenTheEnd() throws Exception {
        peer.setSoLinger(true, 0);
        peer.close();
        await(() -> events.log.contains("inactive"));

        assertThat(events.failures).allMatch(IOException.class::isInstance);
    }

    @Test
    void groupClose_closesItsChannels() throws Exception {
        runtime.blockOn(group.close());

        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        assertThat(events.log).contains("inactive");
    }

    /** What was written once it has stayed the same for a hundred looks. */
    private long settledBytesWritten() {
        AtomicLong last = new AtomicLong(-1);
        AtomicInteger same = new AtomicInteger();
        await(() -> {
            long now = channel.bytesWritten();
            return last.getAndSet(now) == now ? same.incrementAndGet() >= 100 : same.getAndSet(0) < 0;
        });
        return last.get();
    }

    private static final class Events extends ChannelInboundHandlerAdapter {
        final List<String> log = new CopyOnWriteArrayList<>();
        final List<Throwable> failures = new CopyOnWriteArrayList<>();
        final AtomicInteger bytes = new AtomicInteger();
        final AtomicInteger reads = new AtomicInteger();

        @Override
        public void channelRegistered(ChannelHandlerContext ctx) {
            log.add("registered");
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            log.add("active");
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf read = (ByteBuf) message;
            bytes.addAndGet(read.readableBytes());
            reads.incrementAndGet();
            read.release();
            log.add("read");
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            log.add("complete");
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            log.add(ctx.channel().isWritable() ? "writable" : "unwritable");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failures.add(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            log.add("inactive");
        }

        @Override
        public void channelUnregistered(ChannelHandlerContext ctx) {
            log.add("unregistered");
        }
    }
}
