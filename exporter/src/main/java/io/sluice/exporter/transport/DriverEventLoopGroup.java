package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultPromise;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.ImmediateEventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A number of event loops that are tasks of our runtime, given to channels in turn. Any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel\'s outcome through its pipeline
public final class DriverEventLoopGroup extends AbstractEventExecutorGroup implements EventLoopGroup {

    private final List<DriverEventLoop> loops = new ArrayList<>();
    private final List<JoinHandle<Void>> tasks = new ArrayList<>();
    /** Tasks whose end nobody has seen yet. Whoever closes the group only. */
    private final Queue<JoinHandle<Void>> unjoined;

    private final AtomicInteger turn = new AtomicInteger();
    private final Promise<Void> terminated = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
    private final AtomicInteger running;

    /** Spawns one task per loop, named {@code name-0} and so on. */
    public DriverEventLoopGroup(Handle handle, String name, int size) {
        running = new AtomicInteger(size);
        for (int i = 0; i < size; i++) {
            DriverEventLoop loop = new DriverEventLoop(handle, this);
            loop.terminationFuture().addListener(ended -> {
                if (running.decrementAndGet() == 0) {
                    terminated.trySuccess(null);
                }
            });
            loops.add(loop);
            tasks.add(handle.spawn(TaskOptions.named(name + "-" + i), loop.task()));
        }
        unjoined = new ArrayDeque<>(tasks);
    }

    @Override
    public DriverEventLoop next() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    /** Tasks of the runtime that have not ended. */
    int liveTasks() {
        return (int) tasks.stream().filter(task -> !task.isFinished()).count();
    }

    /** Closes every channel; ready when all loops have ended. One caller at a time; ready at once the next time. */
    public Future<Void> close() {
        shutdownGracefully(0, 0, TimeUnit.SECONDS);
        return this::pollEnded;
    }

    private Poll<Void> pollEnded(Context cx) throws Exception {
        while (!unjoined.isEmpty()) {
            try {
                if (unjoined.element().poll(cx).isPending()) {
                    return Poll.pending();
                }
            } catch (JoinException e) {
                // Given up by a runtime that stops: the loop closed its channels on that way, too.
                if (!e.isCancelled()) {
                    throw e;
                }
            }
            unjoined.remove();
        }
        return Poll.ready();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return List.<EventExecutor>copyOf(loops).iterator();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return next().register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return next().register(promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        EventLoop loop = next();
        return loop.register(channel, promise);
    }

    @Override
    public io.grpc.netty.shaded.io.netty.util.concurrent.Future<?> shutdownGracefully(
            long quietPeriod, long timeout, TimeUnit unit) {
        loops.forEach(loop -> loop.shutdownGracefully(quietPeriod, timeout, unit));
        return terminated;
    }

    @Override
    @Deprecated
    public void shutdown() {
        loops.forEach(DriverEventLoop::shutdown);
    }

    @Override
    public io.grpc.netty.shaded.io.netty.util.concurrent.Future<?> terminationFuture() {
        return terminated;
    }

    @Override
    public boolean isShuttingDown() {
        return loops.stream().allMatch(DriverEventLoop::isShuttingDown);
    }

    @Override
    public boolean isShutdown() {
        return loops.stream().allMatch(DriverEventLoop::isShutdown);
    }

    @Override
    public boolean isTerminated() {
        return loops.stream().allMatch(DriverEventLoop::isTerminated);
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }
}
