package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RuntimeBuilderTest {

    private static RuntimeBuilder builder(boolean currentThread) {
        RuntimeBuilder builder = AsyncRuntime.builder().workerThreads(1);
        return currentThread ? builder.currentThread() : builder;
    }

    @Test
    void threads_namesStackAndDaemon_areAsAsked() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(1)
                .threadNames(number -> "mine-" + number)
                .threadStackBytes(1 << 20)
                .daemonThreads(false)
                .build()) {
            Thread worker = runtime.blockOn(runtime.handle().<Thread>spawn(cx -> Poll.ready(Thread.currentThread())));
            Thread blocking = runtime.blockOn(runtime.handle().spawnBlocking(Thread::currentThread));
            assertThat(worker.getName()).isEqualTo("mine-0");
            assertThat(blocking.getName()).isEqualTo("mine-1");
            assertThat(worker.isDaemon()).isFalse();
        }
    }

    @Test
    void builder_usedTwice_makesTwoRuntimes() throws Exception {
        RuntimeBuilder builder = AsyncRuntime.builder().workerThreads(1).threadName("twice");
        try (AsyncRuntime first = builder.build();
                AsyncRuntime second = builder.build()) {
            assertThat(first.handle().id()).isNotEqualTo(second.handle().id());
            for (AsyncRuntime runtime : List.of(first, second)) {
                Thread worker =
                        runtime.blockOn(runtime.handle().<Thread>spawn(cx -> Poll.ready(Thread.currentThread())));
                assertThat(worker.getName()).isEqualTo("twice-worker-1");
            }
        }
    }

    @Test
    void threadHooks_frameTheThreadsOfWorkersAndPool() throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(2)
                .onThreadStart(() -> events.add("start"))
                .onThreadStop(() -> events.add("stop"))
                .build();
        runtime.blockOn(runtime.handle().spawnBlocking(() -> 1));
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(events.stream().filter("start"::equals).count()).isEqualTo(3);
        assertThat(events.stream().filter("stop"::equals).count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parkHooks_comeInPairs(boolean currentThread) throws Exception {
        AtomicInteger parks = new AtomicInteger();
        AtomicInteger unparks = new AtomicInteger();
        AsyncRuntime runtime = builder(currentThread)
                .onThreadPark(parks::incrementAndGet)
                .onThreadUnpark(unparks::incrementAndGet)
                .build();
        runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(5)));
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(parks.get()).isPositive().isEqualTo(unparks.get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void taskHooks_tellALife(boolean currentThread) throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        try (AsyncRuntime runtime = builder(currentThread)
                .onTaskSpawn(task -> events.add("spawn " + task.name()))
                .onBeforeTaskPoll(task -> events.add("before " + task.priority()))
                .onAfterTaskPoll(task -> events.add("after " + task.id()))
                .onTaskEnd(task -> events.add("end " + task.name()))
                .build()) {
            JoinHandle<Void> handle =
                    runtime.handle().spawn(TaskOptions.named("life").withPriority(Priority.URGENT), Yield.now());
            runtime.blockOn(handle);
            runtime.shutdown(Duration.ofSeconds(30));
            String after = "after " + handle.id();
            assertThat(events)
                    .containsExactly("spawn life", "before URGENT", after, "before URGENT", "end life", after);
        }
    }

    @Test
    void hooksThatThrow_areReported_andChangeNothing() throws Exception {
        Queue<String> reported = new ConcurrentLinkedQueue<>();
        Runnable bad = () -> {
            throw new IllegalStateException("bad hook");
        };
        AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(1)
                .onThreadStart(bad)
                .onThreadPark(bad)
                .onTaskSpawn(task -> bad.run())
                .onBeforeTaskPoll(task -> bad.run())
                .onTaskEnd(task -> bad.run())
                .onUncaught((name, failure) -> reported.add(failure.getMessage()))
                .build();
        assertThat(runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1))))
                .isEqualTo(1);
        assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
        assertThat(reported).hasSizeGreaterThanOrEqualTo(4).containsOnly("bad hook");
    }

    @Test
    void timeSwitchedOff_timersAreRefused_tasksRun() throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).enableTime(false).build()) {
            assertThatThrownBy(() -> runtime.handle().sleep(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("enableTime");
            assertThat(runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1))))
                    .isEqualTo(1);
        }
    }

    @Test
    void ioSwitchedOff_streamsAreRefused_timersRun() throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).enableIo(false).build()) {
            assertThatThrownBy(() -> runtime.handle().ioDriver())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("enableIo");
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(2)));
        }
    }

    @Test
    void valuesOutOfRange_areRefusedByNameAndValue() {
        List<String> messages = new ArrayList<>();
        List<Runnable> wrong = List.of(
                () -> AsyncRuntime.builder().workerThreads(0),
                () -> AsyncRuntime.builder().maxBlockingThreads(0),
                () -> AsyncRuntime.builder().eventInterval(0),
                () -> AsyncRuntime.builder().globalQueueInterval(-1),
                () -> AsyncRuntime.builder().threadStackBytes(-5),
                () -> AsyncRuntime.builder().watchdog(Duration.ZERO, found -> {}));
        for (Runnable each : wrong) {
            try {
                each.run();
            } catch (IllegalArgumentException e) {
                messages.add(e.getMessage());
            }
        }
        assertThat(messages)
                .containsExactly(
                        "workerThreads is 0; allowed: at least 1",
                        "maxBlockingThreads is 0; allowed: at least 1",
                        "eventInterval is 0; allowed: at least 1",
                        "globalQueueInterval is -1; allowed: at least 1",
                        "threadStackBytes is -5; allowed: at least 0",
                        "the watchdog's limit is PT0S; allowed: more than 0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void globalQueueInterval_ofOne_outsideTaskComesNext(boolean currentThread) throws Exception {
        try (AsyncRuntime runtime =
                builder(currentThread).globalQueueInterval(1).eventInterval(1).build()) {
            // A task that is always ready does not keep out one that comes from outside.
            JoinHandle<Void> busy = runtime.handle().spawn(cx -> {
                cx.waker().wake();
                return Poll.pending();
            });
            assertThat(runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1))))
                    .isEqualTo(1);
            busy.abort();
        }
    }
}
