package io.sluice.runtime.scheduler;

import io.sluice.runtime.Current;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import io.sluice.runtime.task.TaskQueue;
import io.sluice.runtime.task.TaskScheduler;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads for work that may wait: started when work comes and none is idle, up to a cap, and ended when idle for long.
 *
 * <p>Work beyond the cap queues without bound, first in first out. {@code wakes} counts the wake-ups that were meant, so
 * that a spurious one takes no work and a meant one is taken once. At the end, work that has not started is cancelled;
 * what runs is waited for up to the caller's deadline. Follows {@code tokio::runtime::blocking::pool}.
 */
public final class BlockingPool implements TaskScheduler {

    private final int maxThreads;
    private final long keepAliveNanos;
    private final ThreadFactory factory;
    private final BiConsumer<String, Throwable> onUncaught;

    /** What work sees as its runtime; set before the first work comes. */
    private volatile @Nullable Handle handle;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition threadEnded = lock.newCondition();

    // All guarded by lock.
    private final TaskQueue queue = new TaskQueue();
    private final Set<Thread> threads = new HashSet<>();
    private int idle;
    private int wakes;
    private boolean closed;
    private @Nullable Thread lastEnded;

    public BlockingPool(
            int maxThreads, long keepAliveNanos, ThreadFactory factory, BiConsumer<String, Throwable> onUncaught) {
        if (maxThreads < 1) {
            throw new IllegalArgumentException("maxBlockingThreads is " + maxThreads + "; allowed: at least 1");
        }
        this.maxThreads = maxThreads;
        this.keepAliveNanos = keepAliveNanos;
        this.factory = factory;
        this.onUncaught = onUncaught;
    }

    /** Tells the pool what work shall see as its runtime; called once, before the first work comes. */
    public void start(Handle runtime) {
        handle = runtime;
    }

    /** Has {@code work} run by a thread of this pool; dropped if the pool has ended. */
    public void execute(String name, Runnable work) {
        spawn(new Task<Void>(this, TaskInfo.named(name), cx -> {
            work.run();
            return Poll.ready();
        }));
    }

    /**
     * Queues new work; if the pool has ended, ends the work instead. Any thread.
     *
     * @throws OutOfMemoryError if the pool has no thread and the system gives it none
     */
    public void spawn(Task<?> task) {
        if (!enqueue(task)) {
            task.shutdown();
        }
    }

    private boolean enqueue(Task<?> task) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (idle > 0) {
                idle--;
                wakes++;
                work.signal();
            } else if (threads.size() < maxThreads) {
                startThread();
            }
            queue.add(task);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Guarded by lock. */
    private void startThread() {
        Thread thread = factory.newThread(this::serve);
        threads.add(thread);
        boolean started = false;
        try {
            thread.start();
            started = true;
        } catch (OutOfMemoryError noMoreNativeThreads) {
            if (threads.size() == 1) {
                throw noMoreNativeThreads;
            }
            // Those that exist will come to this work.
        } finally {
            if (!started) {
                threads.remove(thread);
            }
        }
    }

    private void serve() {
        PollTurn polling = PollTurn.forWork(handle);
        Current.swap(polling.context());
        try {
            Task<?> task;
            while ((task = next()) != null) {
                task.run(polling);
                WorkerThread.tidy(); // what the work left behind is not the next work's
            }
        } finally {
            Current.swap(null);
            threadEnds();
        }
    }

    /** Each thread that ends sees off the one that ended before it, so that who joins the last has joined all. */
    private void threadEnds() {
        Thread current = Thread.currentThread();
        Thread before;
        lock.lock();
        try {
            threads.remove(current);
            before = lastEnded;
            lastEnded = current;
            threadEnded.signalAll();
            if (!queue.isEmpty() && idle == 0 && threads.size() < maxThreads) {
                startThread(); // the current one was stopped, by an error that is not its work's
            }
        } finally {
            lock.unlock();
        }
        if (before != null) {
            joinUninterruptibly(before);
        }
    }

    /** For a thread that has nothing left to do but return. */
    private static void joinUninterruptibly(Thread thread) {
        boolean joined = false;
        while (!joined) {
            try {
                thread.join();
                joined = true;
            } catch (InterruptedException e) {
                joined = false; // an interrupt that nobody is left to hear
            }
        }
    }

    /** Waits for work; null when the thread shall end. */
    private @Nullable Task<?> next() {
        lock.lock();
        try {
            Task<?> task = queue.poll();
            return task == null ? awaitWork() : task;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Task<?> awaitWork() {
        idle++;
        long left = keepAliveNanos;
        while (!closed) {
            try {
                left = work.awaitNanos(left);
            } catch (InterruptedException e) {
                continue; // left over from the work before; the pool ends its threads by itself
            }
            if (wakes > 0) {
                wakes--;
                Task<?> task = queue.poll();
                if (task != null) {
                    return task;
                }
                idle++; // a thread that had just finished was faster
            } else if (left <= 0) {
                idle--;
                return null;
            }
        }
        return null;
    }

    /** Takes no more work and cancels what has not started. Idempotent; does not wait. */
    public void close() {
        TaskQueue unstarted = new TaskQueue();
        lock.lock();
        try {
            closed = true;
            idle = 0;
            wakes = 0;
            unstarted.addAll(queue);
            work.signalAll();
        } finally {
            lock.unlock();
        }
        Task<?> task;
        while ((task = unstarted.poll()) != null) {
            task.shutdown();
        }
    }

    /** Waits for all threads to end; false if {@code timeoutNanos} passed first, with threads still at work. */
    public boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        Thread last;
        lock.lock();
        try {
            long left = timeoutNanos;
            while (!threads.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = threadEnded.awaitNanos(left);
            }
            last = lastEnded;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.join();
        }
        return true;
    }

    /** Whether the current thread is one of this pool, and so would wait for itself in {@link #awaitEnd}. */
    public boolean isCurrent() {
        lock.lock();
        try {
            return threads.contains(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /** Whether no work runs or waits. Any thread. */
    public boolean isIdle() {
        lock.lock();
        try {
            return queue.isEmpty() && threads.size() == idle;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A look at a running pool.
     *
     * @param threads threads that exist, at work or idle
     * @param idle threads that wait for work
     * @param queued work that waits for a thread
     */
    public record Metrics(int threads, int idle, int queued) {}

    public Metrics metrics() {
        lock.lock();
        try {
            return new Metrics(threads.size(), idle, queue.size());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void schedule(Task<?> task) {
        // Blocking work is polled once, by the thread that took it from the queue: a wake or an abort queues nothing.
    }

    @Override
    public void scheduleYielded(Task<?> task) {
        throw new IllegalStateException("blocking work ended pending: " + task);
    }

    @Override
    public void released(Task<?> task) {}

    @Override
    public void uncaught(Task<?> task, Throwable failure) {
        onUncaught.accept(task.name(), failure);
    }
}
