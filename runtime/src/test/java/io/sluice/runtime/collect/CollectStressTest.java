package io.sluice.runtime.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Yield;
import io.sluice.runtime.sync.Oneshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sets on real workers: every result comes once, nobody sleeps over one, and nothing is left behind. */
@Timeout(60)
class CollectStressTest {

    private static final int MEMBERS = 5_000;
    private static final int ROUNDS = 10;

    private final AtomicInteger uncaught = new AtomicInteger();
    private final AsyncRuntime runtime = AsyncRuntime.builder()
            .workerThreads(3)
            .enableIo(false)
            .onUncaught((task, thrown) -> uncaught.incrementAndGet())
            .build();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(runtime.metrics().aliveTasks()).isZero();
        assertThat(runtime.metrics().timers()).isZero();
        assertThat(uncaught.get()).isZero();
    }

    @Test
    void joinSet_tasksOnAllWorkers_joinsEachOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<Integer> joined = runtime.blockOn(joinTasksInATask());
            Collections.sort(joined);
            assertThat(joined).hasSize(MEMBERS).doesNotHaveDuplicates().contains(0, MEMBERS - 1);
        }
    }

    private Future<List<Integer>> joinTasksInATask() {
        return runtime.handle().spawn(new Future<List<Integer>>() {
            private final JoinSet<Integer> set = new JoinSet<>();
            private final List<Integer> joined = new ArrayList<>();
            private int spawned;

            @Override
            public Poll<List<Integer>> poll(Context cx) throws Exception {
                for (int i = 0; i < 100 && spawned < MEMBERS; i++) {
                    set.spawn(cx.handle(), yielding(spawned++));
                }
                while (true) {
                    Poll<Joined<Integer>> polled = set.pollJoinNext(cx);
                    if (polled.isPending()) {
                        return Poll.pending();
                    }
                    if (polled.get() == null) {
                        if (spawned == MEMBERS) {
                            return Poll.ready(joined);
                        }
                        cx.waker().wake();
                        return Poll.pending();
                    }
                    joined.add(polled.get().get());
                }
            }

            @Override
            public void cancel() {
                set.close();
            }
        });
    }

    private static Future<Integer> yielding(int value) {
        Yield turn = Yield.now();
        return cx -> turn.poll(cx).isPending() ? Poll.pending() : Poll.ready(value);
    }

    @Test
    void joinSet_closedWhileTasksRun_endsThemAll() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            JoinSet<Void> set = new JoinSet<>();
            for (int i = 0; i < 500; i++) {
                set.spawn(runtime.handle(), runtime.handle().sleep(Duration.ofMillis(i % 3 * 3_600_000L)));
            }
            runtime.blockOn(set.joinNext());
            set.close();
        }
        awaitNoTasks();
    }

    /** Looks again and again, up to the class's time limit. */
    private void awaitNoTasks() throws Exception {
        runtime.blockOn(cx -> {
            if (runtime.metrics().aliveTasks() == 0) {
                return Poll.ready();
            }
            cx.waker().wake();
            return Poll.pending();
        });
        assertThat(runtime.metrics().timers()).isZero();
    }

    @Test
    void futuresUnordered_childrenWokenByAllWorkers_givesEachOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            FuturesUnordered<Integer> futures = new FuturesUnordered<>();
            List<Oneshot.Sender<Integer>> senders = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                Oneshot.Channel<Integer> channel = Oneshot.channel();
                futures.push(channel.receiver());
                senders.add(channel.sender());
            }
            Collections.shuffle(senders, new Random(round));
            sendFromTasks(senders, runtime.handle());
            List<Integer> received = runtime.blockOn(runtime.handle().spawn(drain(futures)));
            assertThat(received).hasSize(MEMBERS);
        }
    }

    private static void sendFromTasks(List<Oneshot.Sender<Integer>> senders, Handle handle) {
        for (int start = 0; start < senders.size(); start += 500) {
            List<Oneshot.Sender<Integer>> mine = senders.subList(start, start + 500);
            handle.spawn(cx -> {
                        mine.forEach(sender -> sender.send(1));
                        return Poll.ready();
                    })
                    .detach();
        }
    }

    private static <T> Future<List<T>> drain(FuturesUnordered<T> futures) {
        List<T> received = new ArrayList<>();
        return cx -> {
            while (true) {
                Poll<Next<T>> polled = futures.pollNext(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                if (polled.get() == null) {
                    return Poll.ready(received);
                }
                received.add(polled.get().value());
            }
        };
    }
}
