package io.sluice.runtime;

import io.sluice.runtime.scheduler.WorkerThread;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the threads of one runtime: without a context class loader, without inherited thread-locals, in the root group,
 * so that nothing of the host application is kept alive by them.
 */
final class ThreadMaker {

    // Set before the first thread.
    String prefix = "sluice";

    @Nullable
    IntFunction<String> names;

    long stackBytes;
    boolean daemon = true;

    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger workers = new AtomicInteger();
    private final AtomicInteger others = new AtomicInteger();

    ThreadMaker copy() {
        ThreadMaker copy = new ThreadMaker();
        copy.prefix = prefix;
        copy.names = names;
        copy.stackBytes = stackBytes;
        copy.daemon = daemon;
        return copy;
    }

    WorkerThread worker(Runnable work) {
        return thread("-worker-" + workers.incrementAndGet(), work);
    }

    WorkerThread blocking(Runnable work) {
        return thread("-blocking-" + others.incrementAndGet(), work);
    }

    /** For what the runtime does beside its tasks. */
    WorkerThread other(String suffix, Runnable work) {
        return thread(suffix, work);
    }

    private WorkerThread thread(String suffix, Runnable work) {
        IntFunction<String> naming = names;
        int number = made.getAndIncrement();
        String name = naming == null ? prefix + suffix : naming.apply(number);
        WorkerThread thread = new WorkerThread(systemGroup(), work, name, stackBytes);
        thread.setDaemon(daemon);
        thread.setContextClassLoader(null);
        return thread;
    }

    private static ThreadGroup systemGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }
}
