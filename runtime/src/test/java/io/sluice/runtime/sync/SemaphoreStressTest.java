package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads on the semaphore: never more holders than permits, nobody is forgotten, everything comes back. */
class SemaphoreStressTest {

    private static final int PERMITS = 5;
    private static final int THREADS = 4;
    private static final int ROUNDS = 20_000;

    private final Threads threads = new Threads();
    private final Semaphore semaphore = new Semaphore(PERMITS);
    private final AtomicInteger held = new AtomicInteger();

    @AfterEach
    void stopThreads() {
        threads.close();
    }

    @Test
    void acquire_manyThreadsThatAlsoGiveUp_keepsTheLimitAndTheCount() throws Exception {
        for (int t = 0; t < THREADS; t++) {
            threads.start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    oneRound(1 + ThreadLocalRandom.current().nextInt(PERMITS), i % 3);
                }
                return null;
            });
        }
        threads.join();
        assertThat(semaphore.availablePermits()).isEqualTo(PERMITS);
        assertThat(semaphore.waiters()).isZero();
    }

    @Test
    void close_whileThreadsWait_reachesEverybodyAndLosesNoPermit() throws Exception {
        for (int round = 0; round < 300; round++) {
            Semaphore closing = new Semaphore(2);
            for (int t = 0; t < THREADS; t++) {
                int count = 1 + t % 2;
                threads.start(() -> {
                    try {
                        for (; ; ) {
                            Threads.await(closing.acquire(count)).close();
                        }
                    } catch (ClosedException expected) {
                        return null;
                    }
                });
            }
            closing.close();
            threads.join();
            assertThat(closing.availablePermits()).isEqualTo(2);
            assertThat(closing.waiters()).isZero();
        }
    }

    private void oneRound(int count, int kind) throws Exception {
        Permit permit;
        if (kind == 0) {
            permit = Threads.await(semaphore.acquire(count));
        } else if (kind == 1) {
            permit = semaphore.tryAcquire(count);
        } else {
            permit = impatient(count);
        }
        if (permit != null) {
            assertThat(held.addAndGet(count) <= PERMITS).isTrue();
            held.addAndGet(-count);
            permit.close();
        }
    }

    /** Polls twice and gives up. */
    private @Nullable Permit impatient(int count) throws Exception {
        Semaphore.Acquire acquire = semaphore.acquire(count);
        Context cx = Context.of(() -> {});
        for (int poll = 0; poll < 2; poll++) {
            Poll<Permit> polled = acquire.poll(cx);
            if (polled.isReady()) {
                return polled.get();
            }
        }
        acquire.cancel();
        return null;
    }
}
