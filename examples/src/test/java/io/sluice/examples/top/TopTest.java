package io.sluice.examples.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Futures;
import io.sluice.runtime.management.RuntimeBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class TopTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void screen_ofARuntimeThatWorked_hasItsFigures() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                        .workerThreads(2)
                        .pollHistograms(true)
                        .build();
                RuntimeBean bean = RuntimeBean.register(runtime, "top-test")) {
            Map<ObjectName, Look> before = Top.looks(server);
            for (int i = 0; i < 100; i++) {
                runtime.blockOn(runtime.handle().spawn(Futures.ready(1)));
            }
            Map<ObjectName, Look> now = Top.looks(server);
            String text = Screen.of("\"top-test\"", before.get(bean.objectName()), now.get(bean.objectName()));

            assertThat(text)
                    .contains(
                            "runtime \"top-test\" MULTI_THREAD: 0 tasks",
                            "0 timers, 0 sockets",
                            "worker   busy",
                            "polls <")
                    .contains("\n     1 ", "\n     2 ");
            assertThat(Top.text(before, now)).contains("top-test");
        }
    }

    @Test
    void screen_withoutARuntime_saysWhatIsMissing() {
        assertThat(Top.text(Map.of(), Map.of())).contains("RuntimeBean.register");
    }
}
