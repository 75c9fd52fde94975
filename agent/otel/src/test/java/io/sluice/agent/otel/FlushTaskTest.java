package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FlushTaskTest {

    private static final Duration LONG = Duration.ofSeconds(15);

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(1).enableIo(false).build();
    private final CompletableResultCode result = new CompletableResultCode();

    @AfterEach
    void end() {
        assertThat(runtime.shutdown(LONG)).isTrue();
    }

    @Test
    void delivered_isSuccess() {
        start(cx -> Poll.ready(true), LONG, true);

        assertThat(result.join(15, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    @Test
    void lost_isFailure_asIsWhatWentWrongBefore() {
        start(cx -> Poll.ready(false), LONG, true);
        assertThat(result.join(15, TimeUnit.SECONDS).isDone()).isTrue();
        assertThat(result.isSuccess()).isFalse();

        CompletableResultCode second = new CompletableResultCode();
        runtime.handle()
                .spawn(new FlushTask(runtime.handle(), cx -> Poll.ready(true), LONG, false, second))
                .detach();
        assertThat(second.join(15, TimeUnit.SECONDS).isDone()).isTrue();
        assertThat(second.isSuccess()).isFalse();
    }

    @Test
    void timeOver_isFailure() {
        start(cx -> Poll.pending(), Duration.ofMillis(10), true);

        assertThat(result.join(15, TimeUnit.SECONDS).isDone()).isTrue();
        assertThat(result.isSuccess()).isFalse();
    }

    @Test
    void runtimeThatEnds_isFailure() {
        start(cx -> Poll.pending(), LONG, true);
        assertThat(runtime.shutdown(LONG)).isTrue();

        assertThat(result.isDone()).isTrue();
        assertThat(result.isSuccess()).isFalse();
    }

    @Test
    void runtimeThatHasEnded_isFailure() {
        assertThat(runtime.shutdown(LONG)).isTrue();
        start(cx -> Poll.ready(true), LONG, true);

        assertThat(result.isDone()).isTrue();
        assertThat(result.isSuccess()).isFalse();
    }

    private void start(Future<Boolean> flush, Duration limit, boolean sofar) {
        runtime.handle()
                .spawn(new FlushTask(runtime.handle(), flush, limit, sofar, result))
                .detach();
    }
}
