package io.sluice.runtime.scheduler;

import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskInfo;
import io.sluice.runtime.testkit.ManualClock;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * A multi-thread scheduler without threads of its own: a test makes each worker take single steps, on a thread that
 * counts as that worker's and ends with the step.
 */
final class HandDriven {

    private static final Handle NO_HANDLE = (Handle) Proxy.newProxyInstance(
            HandDriven.class.getClassLoader(), new Class<?>[] {Handle.class}, (proxy, method, args) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    static final int EVENT_INTERVAL = 61;

    /** A driver that counts, and does what a test told it when it is looked at. */
    static final class CountingDriver implements Driver {
        int parks;
        int looks;
        Runnable onLook = () -> {};

        @Override
        public void park() {
            parks++;
            onLook.run();
        }

        @Override
        public void parkNow() {
            looks++;
            onLook.run();
        }

        @Override
        public void unpark() {}

        @Override
        public void shutdown() {}
    }

    final CountingDriver driver = new CountingDriver();
    final ManualClock clock = new ManualClock();
    final List<Throwable> reported = new ArrayList<>();
    final MultiThreadScheduler scheduler;

    HandDriven(int workers) {
        SchedulerSettings settings = new SchedulerSettings(
                workers,
                EVENT_INTERVAL,
                SchedulerSettings.SELF_TUNED,
                7,
                clock,
                false,
                false,
                Hooks.NONE,
                Parking.SYSTEM,
                work -> {
                    throw new AssertionError("a test drives the workers");
                },
                (name, failure) -> reported.add(failure));
        scheduler = new MultiThreadScheduler(settings, driver);
        scheduler.makeWorkers(NO_HANDLE);
    }

    Task<Void> task(String name, Future<Void> future) {
        return new Task<>(scheduler, TaskInfo.named(name), future);
    }

    Worker worker(int index) {
        return scheduler.workers()[index];
    }

    /** Runs {@code action} as worker {@code index}. */
    void on(int index, Runnable action) {
        List<Throwable> failures = new ArrayList<>();
        WorkerThread thread = new WorkerThread(
                null,
                () -> {
                    try {
                        action.run();
                    } catch (Throwable failure) {
                        failures.add(failure);
                    }
                },
                "hand-driven-" + index,
                0);
        thread.assign(worker(index));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("worker " + index + " failed", failures.get(0));
        }
    }

    /** Has worker {@code index} take {@code count} turns. */
    void turns(int index, int count) {
        on(index, () -> {
            for (int i = 0; i < count; i++) {
                worker(index).turn();
            }
        });
    }

    /** One turn; if there was nothing to run, what a worker does then. */
    void step(int index) {
        on(index, () -> {
            if (!worker(index).turn()) {
                worker(index).rest();
            }
        });
    }
}
