package io.sluice.runtime.scheduler;

import io.sluice.runtime.Context;
import io.sluice.runtime.Current;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a runtime: one that polls tasks, or one of the blocking pool. Which worker it is, and which context it is
 * in, are fields of the thread and not thread-locals: asking costs a type check, and nothing is left behind in a host
 * application's threads.
 */
public final class WorkerThread extends Thread implements Current.Holder {

    /** The worker that this thread runs, if any. Set before start; afterwards by the thread itself. */
    private @Nullable Worker worker;

    /** This thread only. */
    private @Nullable Context context;

    public WorkerThread(@Nullable ThreadGroup group, Runnable target, String name, long stackBytes) {
        super(group, target, name, stackBytes, false);
    }

    void assign(@Nullable Worker worker) {
        this.worker = worker;
    }

    @Nullable
    Worker worker() {
        return worker;
    }

    @Override
    public @Nullable Context context() {
        return context;
    }

    @Override
    public void setContext(@Nullable Context context) {
        this.context = context;
    }

    /** The worker that the current thread is; null if it is none. */
    static @Nullable Worker currentWorker() {
        return Thread.currentThread() instanceof WorkerThread thread ? thread.worker : null;
    }

    /** The worker of {@code scheduler} that this thread is; null if the current thread is none. */
    static @Nullable Worker current(MultiThreadScheduler scheduler) {
        Worker worker = currentWorker();
        return worker != null && worker.scheduler() == scheduler ? worker : null;
    }

    /** Whether the current thread is a worker of any multi-thread runtime, and so must not wait. */
    public static boolean isCurrent() {
        return currentWorker() != null;
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
