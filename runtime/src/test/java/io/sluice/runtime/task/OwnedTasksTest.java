package io.sluice.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OwnedTasksTest {

    @Test
    void remove_anyOrder_leavesNone() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            List<JoinHandle<Object>> handles = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                handles.add(runtime.handle().spawn(cx -> Poll.pending()));
            }
            assertThat(runtime.metrics().aliveTasks()).isEqualTo(1000);
            Collections.shuffle(handles, new Random(7));
            for (JoinHandle<Object> handle : handles) {
                handle.abort();
            }
            for (JoinHandle<Object> handle : handles) {
                runtime.blockOn(cx -> {
                    try {
                        return handle.poll(cx);
                    } catch (io.sluice.runtime.JoinException expected) {
                        return Poll.ready();
                    }
                });
            }
            assertThat(runtime.metrics().aliveTasks()).isZero();
            assertThat(runtime.shutdown(Duration.ofSeconds(5))).isTrue();
        }
    }
}
