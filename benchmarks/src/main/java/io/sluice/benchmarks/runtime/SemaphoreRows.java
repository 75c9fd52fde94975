package io.sluice.benchmarks.runtime;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WORKLOADS f1 to f3: six tasks that take permits and give them back. */
final class SemaphoreRows {

    static final int TASKS = 6;
    static final int ROUNDS = 100_000;

    private SemaphoreRows() {}

    /** Each round holds its permits for no time at all. */
    static void acquireAndRelease(AsyncRuntime runtime, int permits, int each) throws Exception {
        run(runtime, permits, each, false);
    }

    /** Each round holds its permits over a yield, so that the others have to queue. */
    static void acquireAndYield(AsyncRuntime runtime, int permits, int each) throws Exception {
        run(runtime, permits, each, true);
    }

    private static void run(AsyncRuntime runtime, int permits, int each, boolean yielding) throws Exception {
        Semaphore semaphore = new Semaphore(permits);
        List<JoinHandle<?>> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(runtime.handle().spawn(new Rounds(semaphore, each, yielding)));
        }
        for (JoinHandle<?> task : tasks) {
            runtime.blockOn(task);
        }
    }

    private static final class Rounds implements Future<Void> {

        private final Semaphore semaphore;
        private final int each;
        private final boolean yielding;
        private int left = ROUNDS;
        private Semaphore.@Nullable Acquire acquire;
        private @Nullable Permit held;

        Rounds(Semaphore semaphore, int each, boolean yielding) {
            this.semaphore = semaphore;
            this.each = each;
            this.yielding = yielding;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            release();
            for (; left > 0; left--) {
                Semaphore.Acquire current = acquire == null ? semaphore.acquire(each) : acquire;
                acquire = current;
                Poll<Permit> polled = current.poll(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                acquire = null;
                held = polled.get();
                if (yielding) {
                    left--;
                    cx.waker().wake();
                    return Poll.pending();
                }
                release();
            }
            return Poll.ready();
        }

        private void release() {
            if (held != null) {
                held.close();
                held = null;
            }
        }
    }
}
