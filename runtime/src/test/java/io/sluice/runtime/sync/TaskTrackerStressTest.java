package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that end in every way on a real runtime: the wait ends exactly when all of them have. */
@Timeout(60)
class TaskTrackerStressTest {

    private static final int ROUNDS = 300;
    private static final int TASKS = 40;

    private final AsyncRuntime runtime = AsyncRuntime.builder()
            .workerThreads(3)
            .enableIo(false)
            .onUncaught((task, failure) -> {})
            .build();

    @AfterEach
    void end() {
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void await_endsWhenAllTasksHave() throws Exception {
        TaskTracker tracker = new TaskTracker();
        for (int round = 0; round < ROUNDS; round++) {
            AtomicInteger running = new AtomicInteger(TASKS);
            for (int i = 0; i < TASKS; i++) {
                JoinHandle<Void> task = tracker.spawn(runtime.handle(), new Counted(running, i));
                if (i % 4 == 3) {
                    task.abort();
                }
                task.detach();
            }
            tracker.close();
            runtime.blockOn(tracker.await());
            assertThat(running).hasValue(0);
            assertThat(tracker.isEmpty()).isTrue();
            tracker.reopen();
        }
        assertThat(tracker.waiters()).isZero();
    }

    /** Ends at once, after a pause, by a failure, or by an abort. */
    private static final class Counted implements Future<Void> {

        private final AtomicInteger running;
        private final int kind;
        private boolean paused;
        private boolean released;

        Counted(AtomicInteger running, int kind) {
            this.running = running;
            this.kind = kind % 4;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (kind == 1 && !paused) {
                paused = true;
                cx.waker().wake();
                return Poll.pending();
            }
            if (kind == 2) {
                throw new IllegalStateException("broken");
            }
            if (kind == 3) {
                return Poll.pending();
            }
            release();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            release();
        }

        private void release() {
            if (!released) {
                released = true;
                running.decrementAndGet();
            }
        }
    }
}
