package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Barrier.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of a real runtime at a barrier, a once cell, a set-once and a cancelled token: nobody sleeps over anything. */
@Timeout(60)
class OnceStressTest {

    private static final int TASKS = 8;
    private static final int ROUNDS = 2_000;

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(3).enableIo(false).build();

    @AfterEach
    void end() {
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void barrier_manyRounds_haveOneLeaderEach() throws Exception {
        Barrier barrier = new Barrier(TASKS);
        List<JoinHandle<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(runtime.handle().spawn(new Rounds(barrier)));
        }
        int led = 0;
        for (JoinHandle<Integer> task : tasks) {
            led += runtime.blockOn(task);
        }
        assertThat(led).isEqualTo(ROUNDS);
        assertThat(barrier.waiters()).isZero();
    }

    /** Arrives again and again; counts how often it led. */
    private static final class Rounds implements Future<Integer> {

        private final Barrier barrier;
        private Future<Role> waiting;
        private int round;
        private int led;

        Rounds(Barrier barrier) {
            this.barrier = barrier;
            this.waiting = barrier.await();
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            while (round < ROUNDS) {
                Poll<Role> polled = waiting.poll(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                led += polled.get() == Role.LEADER ? 1 : 0;
                round++;
                waiting = barrier.await();
            }
            return Poll.ready(led);
        }

        @Override
        public void cancel() {
            waiting.cancel();
        }
    }

    /** Every second task gives its initialiser up, so that the cell is handed over again and again. */
    @Test
    void onceCell_initialisersThatAreAborted_handOverToOneThatEnds() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            OnceCell<Integer> cell = new OnceCell<>();
            AtomicInteger made = new AtomicInteger();
            List<JoinHandle<Integer>> aborted = new ArrayList<>();
            List<JoinHandle<Integer>> staying = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                if (i % 2 == 0) {
                    aborted.add(runtime.handle().spawn(cell.getOrInit(() -> cx -> Poll.pending())));
                } else {
                    staying.add(runtime.handle().spawn(cell.getOrInit(() -> new Yielding(made))));
                }
            }
            aborted.forEach(JoinHandle::abort);
            for (JoinHandle<Integer> task : staying) {
                assertThat(runtime.blockOn(task)).isEqualTo(1);
            }
            assertThat(made).hasValue(1);
        }
    }

    /** Makes the value in its second poll. */
    private static final class Yielding implements Future<Integer> {

        private final AtomicInteger made;
        private boolean yielded;

        Yielding(AtomicInteger made) {
            this.made = made;
        }

        @Override
        public Poll<Integer> poll(Context cx) {
            if (yielded) {
                return Poll.ready(made.incrementAndGet());
            }
            yielded = true;
            cx.waker().wake();
            return Poll.pending();
        }
    }

    @Test
    void setOnceAndToken_reachEveryTask() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            SetOnce<Integer> cell = new SetOnce<>();
            CancellationToken token = new CancellationToken();
            List<JoinHandle<@Nullable Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                Future<CancellationToken.RunResult<Integer>> run = token.child().runUntilCancelled(cell.await());
                tasks.add(runtime.handle().spawn(cx -> {
                    Poll<CancellationToken.RunResult<Integer>> polled = run.poll(cx);
                    return polled.isPending()
                            ? Poll.pending()
                            : Poll.ready(
                                    polled.get() instanceof CancellationToken.RunResult.Completed<Integer> done
                                            ? done.value()
                                            : null);
                }));
            }
            boolean set = round % 2 == 0;
            if (set) {
                cell.set(round);
            } else {
                token.cancel();
            }
            for (JoinHandle<@Nullable Integer> task : tasks) {
                assertThat(runtime.blockOn(task)).isEqualTo(set ? round : null);
            }
            assertThat(cell.waiters()).isZero();
        }
    }
}
