package io.sluice.runtime.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * A thread that polls tasks. Which worker it is, is a field of the thread and not a thread-local: asking costs a type
 * check, and nothing is left behind in a host application's threads.
 */
public final class WorkerThread extends Thread {

    /** Set before start. */
    private @Nullable Worker worker;

    public WorkerThread(@Nullable ThreadGroup group, Runnable target, String name, long stackBytes) {
        super(group, target, name, stackBytes, false);
    }

    void assign(Worker worker) {
        this.worker = worker;
    }

    /** The worker of {@code scheduler} that this thread is; null if the current thread is none. */
    static @Nullable Worker current(MultiThreadScheduler scheduler) {
        if (Thread.currentThread() instanceof WorkerThread thread) {
            Worker worker = thread.worker;
            return worker != null && worker.scheduler() == scheduler ? worker : null;
        }
        return null;
    }

    /** Whether the current thread polls tasks of any runtime, and so must not wait. */
    public static boolean isCurrent() {
        return Thread.currentThread() instanceof WorkerThread;
    }

    /**
     * Takes off the current thread, which is one of the runtime's, what foreign code left on it: a context class loader,
     * which would keep an application alive that was undeployed, and an interrupt, which was meant for that code's wait.
     */
    static void tidy() {
        Thread thread = Thread.currentThread();
        if (thread.getContextClassLoader() != null) {
            thread.setContextClassLoader(null);
        }
        Thread.interrupted();
    }
}
