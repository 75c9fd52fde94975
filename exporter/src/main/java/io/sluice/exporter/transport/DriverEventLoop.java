package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.DefaultChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultPromise;
import io.grpc.netty.shaded.io.netty.util.concurrent.ImmediateEventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import io.grpc.netty.shaded.io.netty.util.concurrent.Ticker;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.Waker;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Netty's event loop as one task of our runtime: it has no thread, but is whichever worker polls it now.
 *
 * <p>Netty asks {@link #inEventLoop} to decide whether it may touch a channel. Here that is true exactly for the thread
 * that is inside {@link Turn#poll}; the runtime polls a task on one thread at a time and orders the polls, so what
 * Netty leaves in its fields in one turn is seen by the next one, on whatever worker that runs.
 *
 * <p>One turn runs the timers that are due and at most {@link #TASKS_PER_TURN} tasks; if there are more it asks for
 * another turn and gives way. Between turns the task sleeps in the runtime's timer wheel until the next timer, or until
 * somebody calls {@link #execute}.
 *
 * <p>Fields without a remark: only inside a turn.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells a channel\'s outcome through its pipeline
final class DriverEventLoop extends AbstractScheduledEventExecutor implements EventLoop {

    /** Tasks before others get their turn; as large as a task's budget of results. */
    private static final int TASKS_PER_TURN = 128;

    /** Rounds in which closing channels may still run what they queued when the runtime gives the loop up. */
    private static final int ABANDON_ROUNDS = 16;

    private enum Phase {
        RUNNING,
        CLOSING,
        TERMINATED
    }

    private final Handle handle;
    private final DriverTicker ticker;
    private final Sleep sleep;
    private final Promise<Void> terminated = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
    private final Set<Channel> channels = new HashSet<>();
    private final ReadBuffers readBuffers = new ReadBuffers();

    /** Any thread. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** Any thread. Moves forward only. */
    private volatile Phase phase = Phase.RUNNING;

    /** Who is inside a turn. Any thread reads, the turn writes. */
    private volatile @Nullable Thread polling;

    /** Wakes the runtime's task. Any thread reads, the turn writes. */
    private volatile Waker waker = Waker.NOOP;

    DriverEventLoop(Handle handle, EventLoopGroup parent) {
        super(parent);
        this.handle = handle;
        this.ticker = new DriverTicker(handle.timeDriver().clock());
        this.sleep = handle.sleep(Duration.ZERO);
    }

    Handle handle() {
        return handle;
    }

    /** The runtime's view of this loop; spawned once by the group. */
    Future<Void> task() {
        return new Turn();
    }

    private final class Turn implements Future<Void> {
        @Override
        public Poll<Void> poll(Context cx) {
            waker = cx.waker();
            polling = Thread.currentThread();
            try {
                return runTurn(cx);
            } catch (OutOfMemoryError full) {
                cx.waker().wake(); // for what is left in the queue
                return Poll.pending();
            } finally {
                polling = null;
            }
        }

        @Override
        public void cancel() {
            polling = Thread.currentThread();
            try {
                abandon();
            } finally {
                polling = null;
            }
        }
    }

    private Poll<Void> runTurn(Context cx) {
        int left = TASKS_PER_TURN;
        while (true) {
            fetchDueTimers();
            Runnable task = tasks.poll();
            while (task != null) {
                run(task);
                left--;
                if (left == 0) {
                    cx.waker().wake();
                    return Poll.pending();
                }
                task = tasks.poll();
            }
            if (phase == Phase.CLOSING && closeChannels()) {
                terminate();
                return Poll.ready();
            }
            if (tasks.isEmpty() && !timerElapsed(cx)) {
                return Poll.pending();
            }
        }
    }

    private void fetchDueTimers() {
        if (!hasScheduledTasks()) {
            return;
        }
        long now = ticker.nanoTime();
        for (Runnable due = pollScheduledTask(now); due != null; due = pollScheduledTask(now)) {
            tasks.add(due);
        }
    }

    /** Whether the next timer is due already; if not, the task is woken when it is. */
    private boolean timerElapsed(Context cx) {
        long next = nextScheduledTaskDeadlineNanos();
        if (next < 0) {
            sleep.cancel();
            return false;
        }
        long deadline = ticker.toClock(next);
        if (sleep.deadlineNanos() != deadline) {
            sleep.reset(deadline);
        }
        return sleep.pollElapsed(cx);
    }

    /** A task that throws is a bug: the loop goes on and the failure reaches the runtime's uncaught hook. */
    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /** Hands a bug to the runtime's uncaught hook. Any thread. */
    void report(Throwable failure) {
        handle.spawn(TaskOptions.named("net-failure"), cx -> {
                    throw new IllegalStateException("unexpected failure on an event loop", failure);
                })
                .detach();
    }

    /** Whether every channel is closed and gone, and nothing is left to run. */
    private boolean closeChannels() {
        for (Channel channel : List.copyOf(channels)) {
            channel.unsafe().close(channel.unsafe().voidPromise());
        }
        return channels.isEmpty() && tasks.isEmpty();
    }

    private void terminate() {
        phase = Phase.TERMINATED;
        cancelScheduledTasks();
        sleep.cancel();
        readBuffers.release();
        // Tasks that slipped in between the last look and the change of phase.
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            run(task);
        }
        terminated.trySuccess(null);
    }

    /** The runtime stops before anybody shut this loop down: channels are closed all the same. */
    private void abandon() {
        if (phase == Phase.TERMINATED) {
            return;
        }
        phase = Phase.CLOSING;
        for (int round = 0; round < ABANDON_ROUNDS && !closeChannels(); round++) {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                run(task);
            }
        }
        channels.forEach(channel -> channel.unsafe().closeForcibly());
        terminate();
    }

    ReadBuffers readBuffers() {
        return readBuffers;
    }

    /** Called by a channel of this loop when it has been registered. In the loop. */
    void add(Channel channel) {
        channels.add(channel);
    }

    /** Called by a channel of this loop when it is gone. In the loop. */
    void remove(Channel channel) {
        channels.remove(channel);
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return polling == thread;
    }

    /**
     * Runs {@code task} in a later step of this turn or in another turn. Any thread.
     *
     * @throws RejectedExecutionException if the loop has ended
     */
    @Override
    public void execute(Runnable task) {
        if (phase == Phase.TERMINATED) {
            throw new RejectedExecutionException("the event loop has ended");
        }
        tasks.add(task);
        if (polling != Thread.currentThread()) {
            waker.wake();
        }
    }

    @Override
    public EventLoopGroup parent() {
        return (EventLoopGroup) super.parent();
    }

    @Override
    public EventLoop next() {
        return this;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        promise.channel().unsafe().register(this, promise);
        return promise;
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    /** Closes every channel and ends the task as soon as what they queued has run. There is no quiet period. */
    @Override
    public io.grpc.netty.shaded.io.netty.util.concurrent.Future<?> shutdownGracefully(
            long quietPeriod, long timeout, TimeUnit unit) {
        shutdown();
        return terminated;
    }

    @Override
    @Deprecated
    public void shutdown() {
        if (phase == Phase.RUNNING) {
            try {
                execute(() -> {
                    if (phase == Phase.RUNNING) {
                        phase = Phase.CLOSING;
                    }
                });
            } catch (RejectedExecutionException e) {
                // It ended in between, which is what was asked for.
                return;
            }
        }
    }

    @Override
    public io.grpc.netty.shaded.io.netty.util.concurrent.Future<?> terminationFuture() {
        return terminated;
    }

    @Override
    public boolean isShuttingDown() {
        return phase != Phase.RUNNING;
    }

    @Override
    public boolean isShutdown() {
        return phase == Phase.TERMINATED;
    }

    @Override
    public boolean isTerminated() {
        return phase == Phase.TERMINATED;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }
}
