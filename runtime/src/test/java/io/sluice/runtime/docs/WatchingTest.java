package io.sluice.runtime.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.HistogramSnapshot;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.LongPoll;
import io.sluice.runtime.Poll;
import io.sluice.runtime.RuntimeMetrics;
import io.sluice.runtime.TaskDump;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.management.RuntimeBean;
import io.sluice.runtime.sync.Semaphore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of {@code docs/runtime.md} about looking at a running runtime; as {@link TourTest}. */
@Timeout(60)
class WatchingTest {

    @Test
    void dump_saysWhatTasksWaitFor() throws Exception {
        // sample: dump
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).recordSpawnSites(true).build()) {
            JoinHandle<?> waits = runtime.handle().spawn(TaskOptions.named("waits"), new Semaphore(0).acquire());

            List<TaskDump> tasks = runtime.dump(Duration.ofSeconds(10));

            String text = tasks.get(0).toString();
            assertThat(text).contains("\"waits\"", "spawned at", "WatchingTest");
            waits.abort();
        }
        // end of sample
    }

    @Test
    void dump_showsTheLeaf() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            JoinHandle<?> waits = runtime.handle().spawn(TaskOptions.named("waits"), new Semaphore(0).acquire());
            runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1))); // the first one waits now
            TaskDump dump = runtime.dump(Duration.ofSeconds(30)).get(0);
            assertThat(dump.phase()).isEqualTo("WAITING");
            assertThat(dump.toString()).contains("Semaphore$Acquire.poll");
            waits.abort();
        }
    }

    @Test
    void watchdog_reportsALongPoll() throws Exception {
        // sample: watchdog
        BlockingQueue<LongPoll> found = new LinkedBlockingQueue<>();
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .workerThreads(1)
                .watchdog(Duration.ofMillis(20), found::add)
                .build()) {
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<Boolean> stuck = runtime.handle()
                    .spawn(TaskOptions.named("stuck"), cx -> Poll.ready(release.await(30, TimeUnit.SECONDS)));

            LongPoll poll = found.take();
            release.countDown();

            assertThat(poll.task().name()).isEqualTo("stuck");
            assertThat(poll.toString()).contains("has been polled for", "CountDownLatch.await");
            assertThat(runtime.blockOn(stuck)).isTrue();
        }
        // end of sample
    }

    @Test
    void metrics_andHistograms() throws Exception {
        // sample: metrics
        AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(2).pollHistograms(true).build();
        for (int i = 0; i < 100; i++) {
            runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1)));
        }
        runtime.close(); // the figures stay

        RuntimeMetrics metrics = runtime.metrics();
        HistogramSnapshot polls = metrics.pollNanos();
        assertThat(metrics.spawnedTasks()).isEqualTo(100);
        assertThat(metrics.pollCount()).isEqualTo(100);
        assertThat(polls.count()).isEqualTo(100);
        assertThat(polls.quantileNanos(0.99)).isGreaterThanOrEqualTo(polls.quantileNanos(0.5));
        // end of sample
    }

    @Test
    void jmx_showsARuntime() throws Exception {
        // sample: jmx
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try (AsyncRuntime runtime = AsyncRuntime.builder().build();
                RuntimeBean bean = RuntimeBean.register(runtime, "orders")) {
            runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1)));

            assertThat(bean.objectName()).hasToString("io.sluice.runtime:type=Runtime,name=\"orders\"");
            assertThat(server.getAttribute(bean.objectName(), "SpawnedTasks")).isEqualTo(1L);
        }
        // end of sample
    }

    @Test
    void hello_runs() throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            Hello.main(new String[0]);
        } finally {
            System.setOut(out);
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("hello from a task" + System.lineSeparator());
    }
}
