package io.sluice.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskLocal;
import io.sluice.runtime.Yield;
import io.sluice.runtime.sync.Oneshot;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalSetTest {

    private final LocalSet set = new LocalSet();
    private final TestWaker waker = new TestWaker();
    private final Context cx = Context.of(waker);

    @Test
    void spawn_runsNothingUntilPolled() {
        AtomicBoolean ran = new AtomicBoolean();
        set.spawn(c -> {
            ran.set(true);
            return Poll.ready();
        });
        assertThat(ran).isFalse();
        assertThat(set.poll(cx).isReady()).isTrue();
        assertThat(ran).isTrue();
        assertThat(set.size()).isZero();
    }

    @Test
    void poll_runsAtMost61Tasks_andGivesWay() {
        int[] ran = {0};
        for (int i = 0; i < 100; i++) {
            set.spawn(c -> {
                ran[0]++;
                return Poll.ready();
            });
        }
        assertThat(set.poll(cx).isPending()).isTrue();
        assertThat(ran[0]).isEqualTo(61);
        assertThat(waker.wakes()).isPositive();
        assertThat(set.poll(cx).isReady()).isTrue();
        assertThat(ran[0]).isEqualTo(100);
    }

    @Test
    void tasks_onOneThread_shareStateWithoutLocks() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build()) {
            List<Thread> threads = new ArrayList<>();
            Future<Void> all = set.runUntil(new Future<>() {
                private List<JoinHandle<Void>> handles;
                private int next;

                @Override
                public Poll<Void> poll(Context c) throws JoinException {
                    if (handles == null) {
                        handles = new ArrayList<>();
                        for (int i = 0; i < 50; i++) {
                            handles.add(set.spawn(new Napping(threads)));
                        }
                    }
                    for (; next < handles.size(); next++) {
                        if (handles.get(next).poll(c).isPending()) {
                            return Poll.pending();
                        }
                    }
                    return Poll.ready();
                }
            });
            runtime.blockOn(all);
            assertThat(threads).hasSize(100).containsOnly(Thread.currentThread());
        }
    }

    /** Sleeps on the runtime's timers, and notes where it is polled. */
    private static final class Napping implements Future<Void> {
        private final List<Thread> threads;
        private Future<Void> nap;

        Napping(List<Thread> threads) {
            this.threads = threads;
        }

        @Override
        public Poll<Void> poll(Context c) throws Exception {
            threads.add(Thread.currentThread());
            if (nap == null) {
                nap = Handle.current().sleep(Duration.ofMillis(3));
            }
            return nap.poll(c);
        }
    }

    @Test
    void wakeFromAnotherThread_isHeard() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            Oneshot.Channel<Integer> channel = Oneshot.channel();
            JoinHandle<Integer> local = set.spawn(channel.receiver());
            runtime.handle().spawn(Yield.now());
            runtime.handle().spawnBlocking(() -> channel.sender().send(7));
            assertThat(set.blockOn(runtime, local)).isEqualTo(7);
        }
    }

    @Test
    void budget_isEachTasksOwn() {
        int[] remaining = {0};
        set.spawn(c -> {
            for (int i = 0; i < Coop.BUDGET; i++) {
                c.madeProgress();
            }
            return Poll.ready();
        });
        set.spawn(c -> {
            remaining[0] = c.hasBudgetRemaining() ? 1 : 0;
            return Poll.ready();
        });
        set.poll(cx);
        assertThat(remaining[0]).isEqualTo(1);
    }

    @Test
    void abort_beforeThePoll_cancels() {
        JoinHandle<Void> handle = set.spawn(c -> Poll.ready());
        handle.abort();
        set.poll(cx);
        assertThatThrownBy(() -> handle.poll(cx))
                .isInstanceOf(JoinException.class)
                .hasMessageContaining("cancelled");
    }

    @Test
    void cancel_endsAll_andLaterSpawnsAtOnce() {
        AtomicBoolean cancelled = new AtomicBoolean();
        JoinHandle<Void> waiting = set.spawn(new Future<>() {
            @Override
            public Poll<Void> poll(Context c) {
                return Poll.pending();
            }

            @Override
            public void cancel() {
                cancelled.set(true);
            }
        });
        set.poll(cx);
        set.cancel();
        assertThat(cancelled).isTrue();
        assertThat(waiting.isFinished()).isTrue();
        assertThat(set.spawn(c -> Poll.ready()).isFinished()).isTrue();
    }

    @Test
    void poll_insideItsOwnTask_isRefused() {
        JoinHandle<Void> inner = set.spawn(c -> set.poll(c));
        set.poll(cx);
        assertThatThrownBy(() -> inner.poll(cx)).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void spawn_insideATaskLocalScope_inherits() throws Exception {
        TaskLocal<String> local = TaskLocal.named("who");
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            Future<JoinHandle<String>> spawning = local.scope(
                    "me",
                    c -> Poll.ready(set.spawn(inner -> Poll.ready(local.get().orElse("nobody")))));
            JoinHandle<String> handle = runtime.blockOn(spawning);
            String seen = set.blockOn(runtime, handle);
            assertThat(seen).isEqualTo("me");
        }
    }
}
