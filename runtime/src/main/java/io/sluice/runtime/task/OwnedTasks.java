package io.sluice.runtime.task;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All tasks that live on one runtime, so that its end reaches also those that wait in no queue.
 *
 * <p>Sharded by task id; each shard is a list behind a lock, and a task knows its place in it, so that adding and
 * removing take constant time. Once closed it takes no more tasks. Follows {@code tokio::runtime::task::OwnedTasks}.
 */
public final class OwnedTasks {

    /** Guarded by {@code lock}. */
    private static final class Shard {
        private final ReentrantLock lock = new ReentrantLock();
        private final List<Task<?>> tasks = new ArrayList<>();
        private boolean closed;
    }

    private final Shard[] shards;

    /** @param shards a power of two; several times the number of threads that spawn */
    public OwnedTasks(int shards) {
        this.shards = new Shard[shards];
        for (int i = 0; i < shards; i++) {
            this.shards[i] = new Shard();
        }
    }

    /** Adds a new task; false if closed, in which case the caller ends the task. Any thread. */
    public boolean bind(Task<?> task) {
        Shard shard = shardOf(task);
        shard.lock.lock();
        try {
            if (shard.closed) {
                return false;
            }
            task.ownedIndex = shard.tasks.size();
            shard.tasks.add(task);
            return true;
        } finally {
            shard.lock.unlock();
        }
    }

    /** Forgets a task that has ended; nothing if it was never bound. Any thread. */
    public void remove(Task<?> task) {
        Shard shard = shardOf(task);
        shard.lock.lock();
        try {
            if (task.ownedIndex >= 0) {
                removeAt(shard, task.ownedIndex);
                task.ownedIndex = -1;
            }
        } finally {
            shard.lock.unlock();
        }
    }

    private static void removeAt(Shard shard, int index) {
        Task<?> last = shard.tasks.remove(shard.tasks.size() - 1);
        if (index < shard.tasks.size()) {
            shard.tasks.set(index, last);
            last.ownedIndex = index;
        }
    }

    /**
     * Takes no more tasks and ends all that are here, beginning at the {@code start}-th shard so that several threads
     * share the work. Tasks that are running end when their poll returns.
     */
    public void closeAndShutdownAll(int start) {
        for (int i = 0; i < shards.length; i++) {
            Shard shard = shards[(start + i) & (shards.length - 1)];
            close(shard);
            Task<?> task;
            while ((task = takeLast(shard)) != null) {
                task.shutdown();
            }
        }
    }

    private static void close(Shard shard) {
        shard.lock.lock();
        try {
            shard.closed = true;
        } finally {
            shard.lock.unlock();
        }
    }

    private static @Nullable Task<?> takeLast(Shard shard) {
        shard.lock.lock();
        try {
            int size = shard.tasks.size();
            if (size == 0) {
                return null;
            }
            Task<?> task = shard.tasks.remove(size - 1);
            task.ownedIndex = -1;
            return task;
        } finally {
            shard.lock.unlock();
        }
    }

    /** The tasks that have not ended. Any thread; each shard at another moment. */
    public List<Task<?>> snapshot() {
        List<Task<?>> all = new ArrayList<>();
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                all.addAll(shard.tasks);
            } finally {
                shard.lock.unlock();
            }
        }
        return all;
    }

    /** Tasks that have not ended. Any thread; exact only when nothing moves. */
    public int size() {
        int size = 0;
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                size += shard.tasks.size();
            } finally {
                shard.lock.unlock();
            }
        }
        return size;
    }

    private Shard shardOf(Task<?> task) {
        return shards[(int) task.id() & (shards.length - 1)];
    }
}
