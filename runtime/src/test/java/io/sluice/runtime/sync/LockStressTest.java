package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.RwLock.ReadGuard;
import io.sluice.runtime.sync.RwLock.WriteGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks and threads on the locks of one runtime: no write is lost, nobody sleeps, also when some give up. */
@Timeout(60)
class LockStressTest {

    private static final int TASKS = 50;
    private static final int ROUNDS = 400;
    private static final int THREAD_ROUNDS = 2_000;

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(3).enableIo(false).build();
    private final Threads threads = new Threads();

    @AfterEach
    void end() {
        threads.close();
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void mutex_tasksAndThreads_loseNoWrite() throws Exception {
        Mutex<long[]> mutex = new Mutex<>(new long[1]);
        List<JoinHandle<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(runtime.handle().spawn(new Rounds<>(i % 3 == 0, mutex::lock, guard -> {
                guard.get()[0]++;
                guard.close();
            })));
        }
        threads.start(() -> {
            for (int i = 0; i < THREAD_ROUNDS; i++) {
                try (MutexGuard<long[]> guard = mutex.blockingLock()) {
                    guard.get()[0]++;
                }
            }
            return null;
        });
        long expected = THREAD_ROUNDS;
        for (JoinHandle<Integer> task : tasks) {
            expected += runtime.blockOn(task);
        }
        threads.join();
        try (MutexGuard<long[]> guard = mutex.blockingLock()) {
            assertThat(guard.get()[0]).isEqualTo(expected);
        }
        assertThat(mutex.waiters()).isZero();
    }

    @Test
    void rwLock_readersAndWriters_neverSeeHalfAWrite() throws Exception {
        RwLock<long[]> lock = new RwLock<>(new long[2]);
        List<JoinHandle<Integer>> readers = new ArrayList<>();
        List<JoinHandle<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            readers.add(runtime.handle().spawn(new Rounds<>(i % 3 == 0, lock::read, guard -> readBoth(guard))));
            if (i % 5 == 0) {
                writers.add(runtime.handle().spawn(new Rounds<>(i % 2 == 0, lock::write, guard -> writeBoth(guard))));
            }
        }
        long written = 0;
        for (JoinHandle<Integer> writer : writers) {
            written += runtime.blockOn(writer);
        }
        for (JoinHandle<Integer> reader : readers) {
            runtime.blockOn(reader);
        }
        try (ReadGuard<long[]> guard = lock.blockingRead()) {
            assertThat(guard.get()).containsExactly(written, written);
        }
        assertThat(lock.waiters()).isZero();
    }

    private static void readBoth(ReadGuard<long[]> guard) {
        try (guard) {
            long first = guard.get()[0];
            Thread.onSpinWait();
            if (first != guard.get()[1]) {
                throw new AssertionError("half a write");
            }
        }
    }

    private static void writeBoth(WriteGuard<long[]> guard) {
        guard.get()[0]++;
        Thread.onSpinWait();
        guard.get()[1]++;
        if (guard.get()[0] % 2 == 0) {
            guard.close();
        } else {
            readBoth(guard.downgrade());
        }
    }

    @FunctionalInterface
    private interface Lock<G> {
        Future<G> take();
    }

    @FunctionalInterface
    private interface Use<G> {
        void of(G guard);
    }

    /**
     * Takes a lock many times and holds it over a pause each eighth time, so that others have to queue; an impatient one
     * gives up each wait that does not end at its second poll.
     */
    private static final class Rounds<G> implements Future<Integer> {

        private final boolean impatient;
        private final Lock<G> lock;
        private final Use<G> use;
        private @Nullable Future<G> waiting;
        private @Nullable G held;
        private int polls;
        private int round;
        private int used;

        Rounds(boolean impatient, Lock<G> lock, Use<G> use) {
            this.impatient = impatient;
            this.lock = lock;
            this.use = use;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            while (round < ROUNDS) {
                if (held != null) {
                    finish(held);
                    held = null;
                    continue;
                }
                Future<G> current = waiting == null ? lock.take() : waiting;
                waiting = current;
                Poll<G> polled = current.poll(cx);
                if (polled.isReady()) {
                    waiting = null;
                    if (round % 8 == 0) {
                        held = polled.get();
                        cx.waker().wake();
                        return Poll.pending();
                    }
                    finish(polled.get());
                } else if (impatient && ++polls % 2 == 0) {
                    waiting = null;
                    current.cancel();
                    round++;
                } else {
                    if (impatient) {
                        cx.waker().wake();
                    }
                    return Poll.pending();
                }
            }
            return Poll.ready(used);
        }

        private void finish(G guard) {
            use.of(guard);
            used++;
            round++;
        }

        @Override
        public void cancel() {
            if (waiting != null) {
                waiting.cancel();
            }
        }
    }
}
