package io.sluice.runtime.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.sync.Notify;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RuntimeBeanTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void everyAttribute_canBeReadOverJmx_andIsTheRuntimes() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                        .workerThreads(2)
                        .pollHistograms(true)
                        .build();
                RuntimeBean bean = RuntimeBean.register(runtime, "under test")) {
            runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1)));
            ObjectName name = new ObjectName("io.sluice.runtime:type=Runtime,name=\"under test\"");
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                assertThat(server.getAttribute(name, attribute.getName())).isNotNull();
            }
            assertThat(server.getAttribute(name, "SpawnedTasks")).isEqualTo(1L);
            assertThat(server.getAttribute(name, "Flavor")).isEqualTo("MULTI_THREAD");
            assertThat((long[]) server.getAttribute(name, "WorkerPolls")).hasSize(2);
            long[] polls = (long[]) server.getAttribute(name, "PollNanosHistogram");
            assertThat(LongStream.of(polls).sum()).isEqualTo(1);
            assertThat((long[]) server.getAttribute(name, "HistogramBoundsNanos"))
                    .hasSameSizeAs(polls);
        }
    }

    @Test
    void dumpTasks_overJmx_saysWhatATaskWaitsFor() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build();
                RuntimeBean bean = RuntimeBean.register(runtime, "dumped")) {
            Notify notify = new Notify();
            JoinHandle<Void> waiting = runtime.handle().spawn(TaskOptions.named("waits"), notify.notified());
            runtime.blockOn(runtime.handle().<Integer>spawn(cx -> Poll.ready(1)));
            Object text = server.invoke(bean.objectName(), "dumpTasks", new Object[0], new String[0]);
            assertThat(text.toString()).contains("waits", "WAITING");
            waiting.abort();
        }
    }

    @Test
    void close_takesItOff_twiceIsFine() {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            RuntimeBean bean = RuntimeBean.register(runtime, "closed");
            bean.close();
            bean.close();
            assertThat(server.isRegistered(bean.objectName())).isFalse();
        }
    }

    @Test
    void nameInUse_isRefusedByName() {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build();
                RuntimeBean bean = RuntimeBean.register(runtime, "taken")) {
            assertThatThrownBy(() -> RuntimeBean.register(runtime, "taken"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("\"taken\"");
            assertThat(server.isRegistered(bean.objectName())).isTrue();
        }
    }
}
