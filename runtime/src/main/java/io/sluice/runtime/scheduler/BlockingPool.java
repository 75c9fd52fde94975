package io.sluice.runtime.scheduler;

import io.sluice.runtime.Coop;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskScheduler;
import java.util.ArrayDeque;
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

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition threadEnded = lock.newCondition();

    // All guarded by lock.
    private final ArrayDeque<Task<?>> queue = new ArrayDeque<>();
    private final Set<Thread> threads = new HashSet<>();
    private int idle;
    private int wakes;
    private boolean closed;

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

    /** Queues new work; if the pool has ended, ends the work instead. Any thread. */
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
            queue.addLast(task);
            if (idle > 0) {
                idle--;
                wakes++;
                work.signal();
            } else if (threads.size() < maxThreads) {
                startThread();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void startThread() {
        Thread thread = factory.newThread(this::serve);
        threads.add(thread);
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // no more native threads: those that exist will come to this work
            threads.remove(thread);
            if (threads.isEmpty()) {
                throw e;
            }
        }
    }

    private void serve() {
        Coop coop = Coop.unconstrained();
        try {
            Task<?> task;
            while ((task = next()) != null) {
                task.run(coop);
                Thread.interrupted(); // what the work left behind is not the next work's
            }
        } finally {
            lock.lock();
            try {
                threads.remove(Thread.currentThread());
                threadEnded.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits for work; null when the thread shall end. */
    private @Nullable Task<?> next() {
        lock.lock();
        try {
            Task<?> task = queue.pollFirst();
            return task != null || closed ? task : awaitWork();
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
                Task<?> task = queue.pollFirst();
                if (task != null) {
                    return task;
                }
                idle++; // a thread that had just finished was faster
            } else if (left <= 0) {
                idle--;
                return null;
            }
        }
        return queue.pollFirst();
    }

    /** Takes no more work and cancels what has not started. Idempotent; does not wait. */
    public void close() {
        ArrayDeque<Task<?>> unstarted;
        lock.lock();
        try {
            closed = true;
            unstarted = new ArrayDeque<>(queue);
            queue.clear();
            work.signalAll();
        } finally {
            lock.unlock();
        }
        unstarted.forEach(Task::shutdown);
    }

    /** Waits for all threads to end; false if {@code timeoutNanos} passed first, with threads still at work. */
    public boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (!threads.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = threadEnded.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Threads that exist, at work or idle. */
    public int threads() {
        lock.lock();
        try {
            return threads.size();
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
